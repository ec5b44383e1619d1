// A supervised session on the computer of a hall: taken along, opened by two, answered by three while it is started anew, ended, handed over as a
// file, confirmed by both with the code that they copied there, published and entered.
import path from 'node:path';
import fs from 'node:fs';
import os from 'node:os';
import { enrols, freshName } from '../lib/desk.mjs';
import { ALL_ANSWERED, COURSE, picks } from '../lib/exam.mjs';
import { Box, comesIn, copies, isOnDuty, opensPapers, saves, shows, unlocks } from '../lib/hall_box.mjs';
import { learnsUntil } from '../lib/learner.mjs';
import { Person } from '../lib/person.mjs';

const SIZES = ['normal', 'large', 'xlarge'].map(size => ({ size, scripts: true }));
const STAFF = { plans: '沈静', first: '赵强', second: '李敏', decides: '孙丽' };
const PLACE = '柳湾村';
const CANDIDATES = 3;

/** The clock of the county, some minutes from now; within today. */
function clock(minutes) {
  const [hour, minute] = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format().split(':');
  const at = Math.min(Math.max(Number(hour) * 60 + Number(minute) + minutes, 0), 24 * 60 - 1);
  return `${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')}`;
}

const chooses = async (page, field, words) => page.locator(`#${field}`).selectOption(await page.locator(`#${field} option`).filter({ hasText: words }).first().getAttribute('value'));

/** It began a while ago, so that it is on; whoever plans it says where. */
async function plans(planner) {
  const { page } = planner;
  await planner.opens('/staff/exams/add');
  await chooses(page, 'organisation', `${PLACE}服务点`);
  await page.locator('#unit').selectOption(COURSE);
  await page.locator('#day').fill('今天');
  await page.locator('#from').fill(clock(-60));
  await page.locator('#to').fill(clock(120));
  await page.locator('#seats').fill(String(CANDIDATES));
  for (const field of ['first', 'second']) await chooses(page, field, STAFF[field]);
  await planner.tapsAt('main form button.go');
  await planner.reads('排好了');
  return new URL(page.url()).pathname;
}

/** Enrolled by one of the two, put down by the other. */
async function putsDown([first, second], exam) {
  const names = [];
  for (let number = 0; number < CANDIDATES; number++) {
    names.push(freshName());
    await enrols(second, names[number]);
    const card = (await second.page.locator('.learner-card .number').innerText()).replace(/\D/g, '');
    await first.opens(exam);
    await first.page.locator('input[name=number]').fill(card);
    await first.tapsAt('main form:has(input[name=number]) button');
    await first.reads('报上名了');
  }
  return names;
}

/** The kit is saved as a file, once its password was copied. */
async function makesKit(planner, exam, to) {
  const { page } = planner;
  await planner.opens('/staff/hall/prepare');
  if (await page.locator('select#place').count()) await chooses(page, 'place', PLACE);
  else await page.locator('#place').fill('990101001');
  await page.locator('#name').fill('活动室的电脑');
  await page.locator('#exam').selectOption(exam.split('/').pop());
  await page.locator('#cards').selectOption('0');
  await planner.tapsAt('main form button.go');
  const password = await copies(planner);
  await saves(planner, 'main form[action="/staff/hall/prepare/kit"] button', to);
  return password;
}

/** Each copies their own half at home. */
async function copiesHalf(person, exam) {
  await person.opens(exam);
  await person.tapsAt('main form[action$="/words"] button');
  return copies(person);
}

/** Both come to the hall, open the papers at one telephone, and each shows who they are at their own. */
async function opens(box, [first, second], halves) {
  for (const [person, name] of [[first, STAFF.first], [second, STAFF.second]]) {
    await unlocks(person, box.password);
    await isOnDuty(person, name);
  }
  await opensPapers(first, halves.join(' '));
  await first.reads('开卷了');
  await shows(first, STAFF.first, halves[0]);
  await second.page.reload();
  // Half of the words of the other one is not theirs.
  await shows(second, STAFF.second, halves[0]);
  await second.page.locator('[role=alert]').getByText('这不是您的那一半口令').first().waitFor();
  await shows(second, STAFF.second, halves[1]);
}

async function goesTo(person, list, name) {
  await person.opens(list);
  await person.tapsAt(`main a.row:has-text("${name}")`);
}

/** All that comes before beginning, each by their own word. */
async function letsIn([first, second], list, name) {
  await goesTo(second, list, name);
  await second.tapsAt('main button[value=came]');
  await goesTo(first, list, name);
  await picks(first, 'kind', '居民身份证');
  await first.tapsAt('main form:has(#kind) button');
  await first.tapsAt('main button[value=declare]');
  await goesTo(second, list, name);
  await second.tapsAt('main button[value=declare]');
  await second.tapsAt('main button[value=allow]');
  await second.reads('可以开始了');
}

async function begins(box, second, list, name, as) {
  const person = await box.arrives(as);
  await second.opens(list);
  await comesIn(person, second, name);
  return person;
}

/** One answers everything and hands in; the second is interrupted; of the third the paper is collected. */
async function allAnswer(box, two, list, names, halves) {
  const [first, second] = two;
  const people = [];
  for (const [at, name] of names.entries()) {
    await letsIn(two, list, name);
    people.push(await begins(box, second, list, name, `考生${at + 1}`));
    await people[at].reads('监考员放行了');
    await people[at].tapsPrimary();
  }
  const [whole, , slow] = people;
  await learnsUntil(whole, COURSE, ALL_ANSWERED);
  await whole.tapsAt(ALL_ANSWERED);
  await whole.reads('您考完了，都收好了');
  await learnsUntil(slow, COURSE, '.progress b:has-text("第 4 题")');
  await isInterrupted(box, two, list, { name: names[1], person: people[1] }, halves);
  await goesTo(first, list, names[2]);
  await first.page.locator('main details.fold summary').filter({ hasText: '替他收卷' }).click();
  await first.tapsAt('main button[value=collect]');
  await first.reads('收好了');
}

/** The computer stops in the middle of a paper, and its telephone as well: they go on by a fresh allowance, where they were. */
async function isInterrupted(box, [first, second], list, { name, person }, halves) {
  await learnsUntil(person, COURSE, '.progress b:has-text("第 6 题")');
  await box.stops();
  await box.starts();
  await opens(box, [first, second], halves);
  const again = await begins(box, second, list, name, '考生2');
  await again.reads('请监考员再让您开始');
  await goesTo(second, list, name);
  await second.page.locator('main details.fold summary').filter({ hasText: '再让他开始' }).click();
  await second.tapsAt('main button[value=allow]');
  await again.page.reload();
  await again.tapsPrimary();
  const at = (await again.page.locator('.progress b').innerText()).trim();
  if (at !== '第 6 题') again.findings.push(`after the computer was started anew the paper goes on at ${at}`);
  await learnsUntil(again, COURSE, ALL_ANSWERED);
  await again.tapsAt(ALL_ANSWERED);
  await again.reads('您考完了，都收好了');
}

/** The session is ended: both copy the code, and one saves the file. */
async function endsAndSaves([first, second], list, to) {
  await first.opens('/hand-over');
  await first.reads('有一场还没有收尾');
  await first.opens(list);
  await picks(first, 'sure', '就收尾');
  await first.tapsAt('main button[value=end]');
  await first.reads('收尾了');
  await second.opens(list);
  const codes = [await copies(first), await copies(second)];
  if (codes[0] !== codes[1] || !/^[0-9A-Z]{8}$/.test(codes[0])) first.findings.push(`the codes are ${codes}`);
  await goesTo(second, list, '司马');
  await second.reads('交了');
  if (await second.count('main button[name=doing]')) second.findings.push('something may be taken down behind the end');
  await first.tapsAt('main a.button.go[href="/hand-over"]');
  await saves(first, 'form[action="/hand-over"] button[data-primary]', to);
  return codes[0];
}

/** The file is brought, the answering ended, and the list confirmed by both with the code that they copied. */
async function confirm(two, exam, file, code) {
  const [first, second] = two;
  await second.opens('/staff/hall/packs');
  await second.page.locator('main input[name=file]').setInputFiles(file);
  await second.tapsAt('main form[action="/staff/hall/packs"] button.go');
  await second.reads('收尾');
  await second.opens(exam);
  await second.reads('那台电脑收尾了');
  await picks(second, 'returned', '都交回来了');
  await second.tapsAt('main form:has(#returned) button');
  await second.reads('收卷了');
  for (const person of two) {
    await person.opens(exam);
    await person.reads('对 3 人声明过');
    await person.page.locator('main #end').fill(code === '00000000' ? '11111111' : '00000000');
    await person.tapsAt('main form:has(input[name=list]) button');
    await person.page.locator('[role=alert]').getByText('收尾码和交回来的对不上').first().waitFor();
    await person.page.locator('main #end').fill(`${code.slice(0, 4)} ${code.slice(4).toLowerCase()}`);
    await person.tapsAt('main form:has(input[name=list]) button');
    await person.reads('您确认了名单');
  }
  if (await first.count('main input[name=list]')) first.findings.push('what was confirmed is asked for again');
}

async function holdsTheSession(walk, hall) {
  const planner = walk;
  await planner.becomes(STAFF.plans);
  const exam = await plans(planner);
  const works = async part => { const person = await hall.arrives(part); await person.becomes(STAFF[part]); return person; };
  const atDesk = [await works('first'), await works('second')];
  const names = await putsDown(atDesk, exam);
  const kit = path.join(hall.folder, 'hall.kit');
  const box = hall.box = new Box(walk, kit, await makesKit(planner, exam, kit));
  const halves = [await copiesHalf(atDesk[0], exam), await copiesHalf(atDesk[1], exam)];
  await box.starts();
  const list = exam.replace('/staff/exams', '/exam');
  const two = [await box.arrives('监考一'), await box.arrives('监考二')];
  await opens(box, two, halves);
  await allAnswer(box, two, list, names, halves);
  const file = path.join(hall.folder, 'hall.pack');
  const code = await endsAndSaves(two, list, file);
  await box.stops();
  await confirm(atDesk, exam, file, code);
  const judge = await works('decides');
  await judge.opens(exam);
  await judge.reads('考了 3 人');
  await judge.tapsAt('main button[value=publish]');
  await judge.reads('结果发布了');
  await planner.opens(exam);
  await planner.tapsAt('main button[value=enter]');
  await planner.reads('通过的都记入学分了');
}

async function walks(walk) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'exam-'));
  const hall = {
    folder,
    people: [],
    async arrives(as) {
      const person = await Person.arrive(walk.context.browser(), walk.bank, walk.manner, `${walk.shots}-${as}`);
      this.people.push(person);
      return person;
    },
  };
  try {
    await holdsTheSession(walk, hall);
  } catch (error) {
    const all = [...hall.people, ...(hall.box?.people ?? [])];
    for (const person of all) await person.shot('broken');
    throw new Error(`${error.message}\n${all.map(person => person.page.url()).join(' ')}`, { cause: error });
  } finally {
    for (const person of hall.people) {
      walk.findings.push(...person.findings);
      await person.leave();
    }
    await hall.box?.leave();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export default [
  {
    name: 'three are examined on the computer of a hall: taken along, opened by two, started anew, ended, handed over, confirmed by code, entered',
    walk: walks,
    manners: SIZES,
  },
];
