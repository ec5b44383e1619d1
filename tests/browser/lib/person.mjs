// Somebody with a telephone of 360 × 740: opens, taps, fills in, reads. Every page is measured against the bars at its first sight in
// each manner, whoever meets it first.
import { measure } from './bars.mjs';

const PHONE = { width: 360, height: 740 };
const WAIT_MS = 20_000;
/** The kinds of page met so far, by the manner in which they were measured. */
const MEASURED = new Map();

export class Person {
  static async arrive(browser, bank, manner, shots) {
    const context = await browser.newContext({
      viewport: PHONE, baseURL: bank.address, javaScriptEnabled: manner.scripts, locale: 'zh-CN', hasTouch: true, isMobile: true, reducedMotion: 'reduce',
    });
    if (manner.size !== 'normal') await keepsSize(context, bank, manner);
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const key = `${manner.size} ${manner.scripts}`;
    if (!MEASURED.has(key)) MEASURED.set(key, new Set());
    const person = Object.assign(new Person(), { context, page, bank, manner, shots, name: '王桂英', findings: [], measured: MEASURED.get(key), shotCount: 0 });
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

  /** Is somebody of the sample county from here on, in the size of this walk and not in the one that this somebody has chosen. */
  async becomes(name) {
    this.as = name;
    await keepsSize(this.context, this.bank, this.manner);
    await this.page.goto('/dev/people');
    await this.page.locator('button[name=who]').filter({ hasText: name }).first().click();
    await this.page.waitForURL(url => url.pathname !== '/dev/people');
  }

  /** Taps the first link or button whose words contain `words`, and looks at the page that comes. */
  async taps(words) {
    const target = this.page.getByRole('link', { name: words }).or(this.page.getByRole('button', { name: words })).first();
    await this.arrives(() => target.click());
  }

  /** Taps the first thing that fits the selector. */
  async tapsAt(selector) { await this.arrives(() => this.page.locator(selector).first().click()); }

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

  /** Measures a page at the first sight of it. A page is known by its title and its address without what is one's own in it, and by who
   *  of the sample county sees it; `what` tells apart what comes without a page being loaded. */
  async looks(what = '') {
    if (this.manner.unmeasured) return;
    const title = (await this.page.title()).split(' · ')[0];
    const address = decodeURI(this.page.url().slice(this.bank.address.length).split('#')[0]);
    const kind = `${this.as ? `${this.as} ` : ''}${address.replace(/[\w-]{16,}|\d{8,}/g, '…')} «${title.slice(0, 14)}»${what && ` ${what}`}`;
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

const keepsSize = (context, bank, { size }) => context.addCookies([{ name: 'font', value: size, url: bank.address }]);
