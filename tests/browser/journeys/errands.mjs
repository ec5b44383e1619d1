// Short ways: what else people come for.
import { registersUntil } from '../lib/errands.mjs';
import { totp } from '../lib/totp.mjs';

const PLAIN_AND_SCRIPTED = [{ size: 'large', scripts: true }, { size: 'normal', scripts: false }];
const ONCE = [{ size: 'normal', scripts: true }];
const PIN = '2580';
const PASSWORD = '春风又绿江南岸-2025';

const at = person => new URL(person.page.url()).pathname;
function leadsTo(person, path) {
  const ok = path instanceof RegExp ? path.test(at(person)) : at(person) === path;
  if (!ok) throw new Error(`this led to ${at(person)}, not to ${path}`);
}

async function signsInByCard(person) {
  await registersUntil(person, '/register/done');
  const card = (await person.page.locator('b.num').first().textContent()).trim();
  await person.page.locator('#pin').fill(PIN);
  await person.tapsPrimary();
  await person.reads('存折');
  await person.context.clearCookies({ name: 'session' });
  await person.opens('/sign-in/card');
  await person.page.locator('#card').fill(card);
  await person.page.locator('#pin').fill('1111');
  await person.tapsPrimary();
  await person.reads('学员卡号');
  if (await person.page.locator('#card').inputValue() === '') person.findings.push('the number of the card was lost');
  await person.page.locator('#pin').fill(PIN);
  if (await person.count('#year')) await person.page.locator('#year').fill('1951');
  await person.tapsPrimary();
  leadsTo(person, '/');
  await person.reads(`${person.name}`);
}

async function asksToBeCalled(person) {
  await person.opens('/help');
  await person.taps('请给我回电');
  await person.page.locator('[role=alert]').waitFor();
  await person.fills('打哪个号码', person.phone);
  await person.page.locator('#when .answer label').first().click();
  await person.fills('想问什么', '微信打不开了');
  await person.taps('请给我回电');
  leadsTo(person, /^\/help\/.+/);
  await person.reads('微信打不开了');
  await person.taps('收回这件事');
  await person.page.locator('[role=status]').waitFor();
}

async function leaves(person) {
  await registersUntil(person, '/register/done');
  await person.opens('/me/leave');
  await person.taps('删掉我的信息');
  leadsTo(person, '/me/left');
  await person.page.goto('/passbook');
  leadsTo(person, '/sign-in');
  await person.page.goto('/me');
  leadsTo(person, '/sign-in');
}

async function disputesALine(person) {
  await person.becomes(person.manner.scripts ? '周长久' : '张志强');
  await person.opens('/passbook');
  await person.tapsAt('a[href$="/dispute"]');
  const question = at(person);
  await person.tapsAt('.next button.go');
  await person.page.locator('[role=alert]').waitFor();
  await person.page.locator('#why .answer label').first().click();
  await person.tapsAt('.next button.go');
  leadsTo(person, /^\/help\/.+/);
  const number = (await person.page.locator('main .num').first().textContent()).trim();
  await person.opens(question);
  await person.reads(number);
  await person.opens('/passbook');
  await person.page.locator(`.line a[href="/help/${number.replace(/\s/g, '')}"]`).waitFor();
}

/** The first administrator's first day; the learner sees who looked. */
async function administers(person) {
  const { page } = person;
  await person.opens(person.bank.firstLink());
  const secret = await page.locator('.qr ~ b.num, main b.num').last().textContent();
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#code').fill(totp(secret));
  await person.tapsAt('main button.go');
  leadsTo(person, '/sign-in/staff');
  const login = 'admin';
  // A code is good once: the next one is within the drift that is forgiven.
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#code').fill(totp(secret, 1));
  await person.tapsAt('main button.go');
  leadsTo(person, '/staff');
  await person.opens('/staff/people/add');
  await person.fills('姓名', '钱小芬');
  await page.locator('#login').fill('qianxiaofen');
  await page.locator('#role').selectOption({ index: 1 });
  await page.locator('#place').fill('柳湾村');
  await person.tapsAt('main button.go');
  await page.locator('main .notice .num').waitFor();
  await person.opens('/staff/learners');
  await page.locator('#number').fill('154 0000 0001');
  await person.tapsAt('main button.go');
  leadsTo(person, /^\/staff\/learners\/.+/);
  await person.reads('王桂英');
  // What was done stands in the trail; what was looked at, with the learner.
  await person.opens('/staff/audit');
  await person.page.locator('tr', { hasText: '管理员' }).filter({ hasText: '给岗位' }).first().waitFor();
  await person.becomes('王桂英');
  await person.opens('/me');
  for (const words of ['管理员（管理员）按手机号找到了您', '管理员（管理员）看了您的基本信息']) await person.reads(words);
}

export default [
  { name: 'a learner signs in with card and PIN, and a wrong PIN loses nothing', walk: signsInByCard, manners: PLAIN_AND_SCRIPTED },
  { name: 'a visitor asks to be called back, and takes it back', walk: asksToBeCalled, manners: PLAIN_AND_SCRIPTED },
  { name: 'a learner leaves, and the passbook is gone', walk: leaves, manners: PLAIN_AND_SCRIPTED },
  { name: 'a learner asks about a line of the passbook and finds the answer\'s number there', walk: disputesALine, manners: PLAIN_AND_SCRIPTED },
  { name: 'the first administrator signs in, adds a helper, finds a learner: the trail shows it, and the learner sees who looked', walk: administers, manners: ONCE },
];
