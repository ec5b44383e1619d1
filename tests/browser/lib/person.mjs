// Somebody with a telephone of 360 × 740: opens, taps, fills in, reads. Every new page is measured against the bars.
import { measure } from './bars.mjs';

const PHONE = { width: 360, height: 740 };
const WAIT_MS = 45_000;

export class Person {
  static async arrive(browser, bank, manner, shots) {
    const context = await browser.newContext({
      viewport: PHONE, baseURL: bank.address, javaScriptEnabled: manner.scripts, locale: 'zh-CN', hasTouch: true, isMobile: true, reducedMotion: 'reduce',
    });
    if (manner.size !== 'normal') await context.addCookies([{ name: 'font', value: manner.size, url: bank.address }]);
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const person = Object.assign(new Person(), { context, page, bank, manner, shots, findings: [], measured: new Set(), shotCount: 0 });
    page.on('pageerror', error => person.findings.push(`a script fails: ${error.message}`));
    page.on('request', request => {
      if (!request.url().startsWith(bank.address) && !request.url().startsWith('data:')) person.findings.push(`asks another host: ${request.url()}`);
    });
    page.on('response', response => { if (response.status() >= 500) person.findings.push(`${response.status()} at ${response.url()}`); });
    return person;
  }

  async leave() { await this.context.close(); }

  /** Opens an address; `status` is what it should be answered with. */
  async opens(path, status = 200) {
    const response = await this.page.goto(path);
    if (response.status() !== status) throw new Error(`${path} is answered with ${response.status()}, not ${status}`);
    await this.looks();
  }

  /** Whether the address leads anywhere: for pages that are built later. */
  async canOpen(path) { return (await this.context.request.get(path, { maxRedirects: 0 })).status() !== 404; }

  /** Taps the first link or button whose words contain `words`, and looks at the page that comes. */
  async taps(words) {
    const target = this.page.getByRole('link', { name: words }).or(this.page.getByRole('button', { name: words })).first();
    await this.arrives(() => target.click());
  }

  /** Taps the one thing this page is for. */
  async tapsPrimary() {
    const marked = this.page.locator('[data-primary]');
    const one = await marked.count() ? marked : this.page.locator('.button.go');
    await this.arrives(() => one.first().click());
  }

  async arrives(act) {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), act()]);
    await this.page.waitForLoadState('load');
    await this.looks();
  }

  async fills(label, value) { await this.page.getByLabel(label).first().fill(value); }

  async chooses(label) { await this.page.getByLabel(label).first().check(); }

  /** The page says this, somewhere. */
  async reads(words) { await this.page.getByText(words).first().waitFor(); }

  async count(selector) { return this.page.locator(selector).count(); }

  /** In development what is sent to telephones stands on a page, once the postman has been: the newest number of `digits` digits to this person's. */
  async codeFromMailbox(digits = 6) {
    const toThisPhone = new RegExp(`${this.phone}(?:(?!\\d{11})[^])*?(?<!\\d)(\\d{${digits}})(?!\\d)`);
    for (const until = Date.now() + WAIT_MS; Date.now() < until; await this.page.waitForTimeout(300)) {
      const text = await (await this.context.request.get('/dev/mailbox')).text();
      const found = text.replace(/<[^>]*>/g, ' ').match(toThisPhone);
      if (found) return found[1];
    }
    throw new Error(`no code has arrived for ${this.phone}`);
  }

  /** Measures a page once, at the first sight of it. A page is known by its heading and its address without numbers. */
  async looks() {
    const heading = await this.page.locator('h1').first().textContent({ timeout: WAIT_MS }).catch(() => '');
    const kind = `${new URL(this.page.url()).pathname.replace(/[0-9a-f-]{12,}/g, '…')} «${(heading ?? '').trim().slice(0, 12)}»`;
    if (this.measured.has(kind)) return;
    this.measured.add(kind);
    await this.shot(kind);
    const findings = await measure(this.page, this.manner);
    this.findings.push(...findings.map(finding => `${kind}: ${finding}`));
  }

  async shot(words) {
    const name = `${this.shots}-${String(++this.shotCount).padStart(2, '0')}-${words.replace(/[^\p{L}\p{N}]+/gu, '_').slice(0, 40)}.png`;
    await this.page.screenshot({ path: name, fullPage: true }).catch(() => {});
  }
}
