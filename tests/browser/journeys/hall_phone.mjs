// What may happen to a volunteer's phone: its session ends in the middle of a test, somebody else signs in, the bank is busy, the phone was given
// up, the browser cannot keep a page.
import { bringsTests, comesToTest, enrolsOnPhone, kept, says, takesThePhone, waits } from '../lib/hall.mjs';
import { freshName } from '../lib/desk.mjs';

const ONCE = [{ size: 'normal', scripts: true }];

async function isInTheMiddleOfATest(person) {
  const { page } = person;
  await takesThePhone(person);
  const href = await bringsTests(person);
  await comesToTest(person, href);
  await waits(person, 0);
  await page.locator(`a[href="${href}"]`).click();
  await page.waitForURL(url => url.pathname === href);
  await page.locator('input[type=radio][name$="-q"]').first().check();
  await page.waitForFunction(draft => window.hall.draft(draft), `draft:${href.split('/').pop()}`);
  await person.context.clearCookies({ name: 'session' });
  // The network comes back while somebody answers, and nobody is led away; what was opened meanwhile takes nothing away.
  await person.context.setOffline(true);
  await person.context.setOffline(false);
  await page.evaluate(() => fetch('/staff/hall/phone'));
  const left = await kept(person);
  if (!left.pages.includes(href)) person.findings.push(`the test is gone: ${JSON.stringify(left)}`);
  await page.locator('input[name=assisted][value=no]').check();
  await page.locator('form[data-claim=answers] button').click();
  await page.locator('form[data-claim=answers] button').click();
  await says(person, '登录过期了');
  await says(person, '请把手机交还给志愿者');
  if (new URL(page.url()).pathname !== href) person.findings.push(`led away to ${page.url()}`);
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  await waits(person, 0);
}

async function givesWayToSomebodyElse(person) {
  await takesThePhone(person);
  const href = await bringsTests(person);
  if (!(await kept(person)).pages.includes(href)) person.findings.push('a test is not kept');
  await person.context.clearCookies({ name: 'session' });
  await person.becomes('沈静');
  await person.opens('/staff');
  await person.page.waitForFunction(() => caches.match('/staff/hall/phone').then(page => !page));
  const left = await kept(person);
  if (left.pages.length) person.findings.push(`pages of somebody else stay: ${JSON.stringify(left)}`);
}

/** The queue is answered so, once. */
const answersOnce = (person, status, body) => person.page.evaluate(([code, text]) => {
  const real = window.fetch;
  window.fetch = (to, how) => {
    if (!String(to).endsWith('/queue')) return real(to, how);
    window.fetch = real;
    const said = text.replace('PACK', () => JSON.stringify(JSON.parse(how.body.get('pack')).entries.map(entry => ({ seq: entry.seq, state: 'waits' }))));
    return Promise.resolve(new Response(said, { status: code }));
  };
}, [status, body]);

async function hasABusyBank(person) {
  const name = freshName();
  await takesThePhone(person);
  await answersOnce(person, 503, '<!DOCTYPE html><title>忙</title>');
  await enrolsOnPhone(person, name);
  await says(person, '银行现在忙，都还在手机里');
  await waits(person, 2);
  const undo = person.page.locator('li[data-person]').filter({ hasText: name }).locator('[data-undo]');
  if (await undo.isVisible()) person.findings.push('what the bank may have seen can be taken back');
  await answersOnce(person, 200, '{"rows": PACK}');
  await person.page.locator('[data-upload]').click();
  await waits(person, 0);
  await says(person, '还在等前面的');
}

async function foundItAgain(person) {
  const { page } = person;
  await takesThePhone(person);
  await enrolsOnPhone(person, freshName());
  await says(person, '上传了');
  await waits(person, 0);
  const device = await page.evaluate(() => window.hall.device({ operator: document.querySelector('[data-hall]').dataset.hall, other: '', givenUp: '' }));
  await person.opens('/staff/hall/packs');
  const form = page.locator(`form[action="/staff/hall/devices/${device}/revoke"]`);
  await page.locator('details', { has: form }).locator('summary').click();
  await form.locator('button').click();
  await page.waitForLoadState('load');
  await person.page.waitForURL(url => url.pathname.startsWith('/sign-in'));
  // Whoever finds it again signs in, and goes on with it: it is a fresh phone.
  await takesThePhone(person);
  await bringsTests(person);
}

async function cannotKeepPages(person) {
  await person.page.addInitScript(() => { delete Navigator.prototype.serviceWorker; });
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  await person.reads('这里存不住网页，没网就打不开');
  await waits(person, 0);
  if (await person.page.locator('[data-cannot-keep]').isHidden()) person.findings.push('it is not said that the page cannot be kept');
}

async function keepsNothingForLong(person) {
  await takesThePhone(person);
  await person.page.evaluate(async () => {
    const old = new Date(Date.now() - 8 * 24 * 3600 * 1000).toUTCString();
    await (await caches.open('hall-1')).put('/staff/hall/phone/tests/a/b', new Response('a name', { headers: { date: old } }));
  });
  await person.opens('/staff/hall/phone');
  const left = await kept(person);
  if (left.pages.includes('/staff/hall/phone/tests/a/b') || !left.pages.includes('/staff/hall/phone')) person.findings.push(`after a week there are ${left.pages}`);
}

export default [
  { name: 'a volunteer holds a class with a phone whose session ends in the middle of a test', walk: isInTheMiddleOfATest, manners: ONCE },
  { name: 'a volunteer holds a class with a phone on which somebody else signs in', walk: givesWayToSomebodyElse, manners: ONCE },
  { name: 'a volunteer holds a class with a phone while the bank is busy', walk: hasABusyBank, manners: ONCE },
  // Whose phone is given up is signed out everywhere, from other walks too.
  { name: 'a volunteer holds a class with a phone that was given up and found again', walk: foundItAgain, manners: ONCE, isAlone: true },
  { name: 'a volunteer holds a class with a phone whose browser cannot keep pages', walk: cannotKeepPages, manners: ONCE },
  { name: 'a volunteer holds a class with a phone that keeps nothing for more than a week', walk: keepsNothingForLong, manners: ONCE },
];
