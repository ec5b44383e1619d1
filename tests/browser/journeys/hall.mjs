// A class on a volunteer's phone: the network is cut, people come, the page is opened anew, somebody wants to sign out; then it is back.
import { freshName } from '../lib/desk.mjs';
import { bringsTests, comesToTest, enrolsOnPhone, kept, opensEnrolment, says, takesThePhone, waits } from '../lib/hall.mjs';

const ONCE = [{ size: 'normal', scripts: true }];
const NAMES = 'form[data-claim=attendance] button';

async function holdsAClassWithoutANetwork(person) {
  const { page } = person;
  await takesThePhone(person);
  await waits(person, 0);
  const names = await page.locator(`${NAMES} span`).allTextContents();
  if (names.length < 2) throw new Error(`nobody is on the list: ${names}`);
  if (await page.getByText('这里存不住网页').isVisible()) person.findings.push('a page that is kept says that it cannot be');

  await person.context.setOffline(true);
  await page.locator(NAMES).nth(0).click();
  await waits(person, 1);
  await page.locator(NAMES).nth(1).click();
  await waits(person, 2);
  // A wrong tap is taken back, and what was tapped after it stays; then it is tapped after all.
  const undo = page.locator('li[data-person]', { has: page.locator(NAMES) }).nth(0).locator('[data-undo]');
  await undo.click();
  await waits(person, 1);
  if (await undo.isVisible()) person.findings.push('what was taken back can be taken back');
  await person.looks('taken back');
  await page.reload();
  await waits(person, 1);
  await page.locator(NAMES).nth(0).click();
  await waits(person, 2);
  // The same once more writes nothing.
  await page.locator(NAMES).nth(1).click();
  await page.reload();
  await waits(person, 2);
  await says(person, '记下了，还没上传');
  const file = page.waitForEvent('download');
  await page.locator('[data-export]').click();
  if (!(await file).suggestedFilename().endsWith('.pack')) throw new Error('no file to take along');
  // What is in a file has left this phone.
  await undo.waitFor({ state: 'hidden' });

  await person.context.setOffline(false);
  await waits(person, 0);
  await page.locator('li[data-person] [data-mend]:visible').first().waitFor();
  await person.opens('/staff/hall/packs');
  await person.reads('手机');
  // What was handed over stands in the class.
  await person.tapsAt('main .rows a.row');
  const counted = await page.getByText('记上了', { exact: true }).count() + await page.getByText('早就有了', { exact: true }).count();
  if (counted < 2) person.findings.push(`${counted} of 2 were counted: ${await page.locator('main').innerText()}`);
}

async function enrolsTwoOfOneName(person) {
  const { page } = person;
  const name = freshName();
  await takesThePhone(person);
  await person.context.setOffline(true);
  await enrolsOnPhone(person, name);
  await waits(person, 2);
  await enrolsOnPhone(person, name);
  await waits(person, 4);
  const both = page.locator('li[data-person]').filter({ hasText: name });
  await both.nth(1).locator('form[data-claim=witnessed] button').click();
  await waits(person, 5);
  // Each can be taken back, with all that was said of them.
  await both.nth(0).locator('[data-undo]').click();
  await waits(person, 3);
  await page.reload();
  await waits(person, 3);
  await both.nth(0).locator('[data-undo]').click();
  await waits(person, 0);
  if (await both.count()) person.findings.push('whoever was taken back is still shown');
  await person.context.setOffline(false);
}

/** Something is written down on a page that uploads nothing. */
const leavesBehind = (person, by) => person.page.evaluate(async operator => {
  const own = document.querySelector('script[data-who]').dataset.who;
  const [place, someone] = [window.hall.uuid7(), window.hall.uuid7()];
  await window.hall.keepsDraft('draft:1', [['1-q', '1']]);
  await window.hall.writes({ operator: operator || own, other: '', givenUp: '' }, [{ id: window.hall.uuid7(), kind: 'attendance', body: { class: place, person: someone } }]);
}, by);

async function isNotSignedOutWithSomethingLeft(person) {
  await takesThePhone(person);
  for (const path of ['/staff', '/me']) {
    await person.opens(path);
    await leavesBehind(person);
    await person.page.locator('form[action="/sign-out"] button').first().click();
    await person.page.waitForURL(url => url.pathname === '/staff/hall/phone' && url.hash === '#first');
    await waits(person, 0);
  }
  for (const [path, by] of [['/me', ''], ['/staff', 'somebody else']]) {
    await takesThePhone(person);
    await person.opens(path);
    // What is one's own keeps one from leaving; what somebody else has left does not.
    if (by) await leavesBehind(person, by); else await person.page.evaluate(() => window.hall.keepsDraft('draft:1', []));
    await Promise.all([person.page.waitForURL('**/signed-out*'), person.page.locator('form[action="/sign-out"] button').first().click()]);
    const left = await kept(person);
    if (left.pages.length || left.drafts.length) person.findings.push(`after leaving from ${path} there are ${JSON.stringify(left)}`);
  }
}

/** What a browser can see is wrong is not written down, and said in the words of the desk; what people usually write is understood. */
async function refusesWhatIsWrong(person, name) {
  const form = await opensEnrolment(person);
  const wrong = field => form.locator(`input[name=${field}]`).evaluate(input => input.validationMessage);
  await form.locator('input[name=name]').fill(name);
  for (const [year, phone, inYear, inPhone] of [
    ['2051', '+86 138 0013 8000', '这一年还没到，请再看看', ''],
    ['1951 年', '１３８-0013-800', '', '请写 11 位手机号，现在是 10 位'],
    [String(new Date().getFullYear() - 9), '12800138000', '14 岁以下的，请到有网的地方登记', '请写手机号，是 13 到 19 开头的 11 位数字'],
  ]) {
    await form.locator('input[name=year]').fill(year);
    await form.locator('input[name=phone]').fill(phone);
    await form.locator('button').click();
    const found = [await wrong('year'), await wrong('phone')];
    if (found[0] !== inYear || found[1] !== inPhone) person.findings.push(`${year} and ${phone} are answered with ${found}`);
  }
  if (await form.locator('input[name=phone]').inputValue() !== '12800138000') person.findings.push('what was typed is lost');
  await waits(person, 0);
}

/** Collecting is refused once where something is missing, and never goes on before it was said whether anybody helped. */
async function isAskedForWhatIsMissing(person) {
  const { page } = person;
  const go = page.locator('form[data-claim=answers] button');
  if (await page.locator('a[href^="/staff"]:visible').count()) person.findings.push('a learner who holds the phone is shown a way to the staff’s pages');
  await go.click();
  await says(person, '9 题没有答');
  await person.looks('something is missing');
  await go.click();
  const held = await page.evaluate(() => window.hall.waiting().then(entries => entries.filter(entry => entry.kind === 'answers').length));
  if (held) person.findings.push('a test was collected before anybody said whether there was help');
  await page.locator('a[href="#question-3"]').click();
  await page.locator('#question-3 input[value="0"]').check();
  if (await page.locator('#question-3 .message').count()) person.findings.push('what was answered is still said to be missing');
}

async function doesEverythingWithoutANetwork(person) {
  const { page } = person;
  const name = freshName();
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  const href = await bringsTests(person);

  await person.context.setOffline(true);
  await refusesWhatIsWrong(person, name);
  await enrolsOnPhone(person, name);
  await waits(person, 2);
  const fresh = page.locator('li[data-person]').filter({ hasText: name });
  await fresh.getByText('记下了，还没上传').first().waitFor();
  await fresh.locator('form[data-claim=witnessed] button').click();
  await waits(person, 3);
  await page.reload();
  await waits(person, 3);
  await fresh.getByText('记下了，还没上传').first().waitFor();

  // A test, of somebody who has come; closed in the middle and opened again: nothing is lost.
  const all = 4 + await comesToTest(person, href);
  await waits(person, all - 1);
  await page.locator(`a[href="${href}"]`).click();
  await page.waitForURL(url => url.pathname === href);
  await person.looks();
  const picked = page.locator('input[type=radio][name$="-q"]').first();
  await picked.check();
  await page.waitForFunction(draft => window.hall.draft(draft).then(fields => fields && fields.length), `draft:${href.split('/').pop()}`);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('input[type=radio][name$="-q"]').checked);
  await isAskedForWhatIsMissing(person);
  await page.locator('input[name=assisted][value=yes]').check();
  await page.locator('form[data-claim=answers] button').click();
  await says(person, '答卷已收好。上传以后，才知道过没过');
  await page.reload();
  await says(person, '答卷已收好。上传以后，才知道过没过');
  await page.locator('[data-collected] a').click();
  await waits(person, all);
  // The file for the stick holds the whole chain.
  const file = page.waitForEvent('download');
  await page.locator('[data-export]').click();
  await file;

  await person.context.setOffline(false);
  await waits(person, 0);
  await fresh.getByText('上传了').first().waitFor();
  await person.opens('/staff/hall/phone');
  await person.reads(name);
  if (await page.locator(`a[href="${href}"]`).count()) person.findings.push('a test that was handed in is offered again');
  await person.opens('/staff/hall/packs');
  await person.tapsAt('main .rows a.row');
  const said = await page.locator('main').innerText();
  for (const kind of ['登记', '签到', '见证', '答卷']) if (!said.includes(kind)) person.findings.push(`no ${kind}: ${said}`);
  const counted = await page.getByText(/^(记上了|早就有了)$/).count();
  if (counted !== all) person.findings.push(`${counted} of ${all} were counted: ${said}`);
}

export default [
  { name: 'a volunteer enrols, checks in, witnesses and tests while the network is cut, and all of it counts when it is back', walk: doesEverythingWithoutANetwork, manners: ONCE },
  { name: 'a volunteer holds a class with a phone while the network is cut, and uploads when it is back', walk: holdsAClassWithoutANetwork, manners: ONCE },
  { name: 'a volunteer holds a class with a phone and enrols two of one name while the network is cut', walk: enrolsTwoOfOneName, manners: ONCE },
  { name: 'a volunteer whose phone holds something that was not uploaded is not signed out', walk: isNotSignedOutWithSomethingLeft, manners: ONCE },
];
