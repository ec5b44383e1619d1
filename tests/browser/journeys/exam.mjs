// A supervised session of thirty, from planning to entered credit: one plans and enters, two invigilate, one decides and publishes, one
// answers the appeal. Three candidates sit at laptops of the hall and are watched at every page; the others do the same unseen.
import { request as requests } from 'playwright-core';
import { enrols } from '../lib/desk.mjs';
import {
  ALL_ANSWERED, COURSE, becomesTheHalls, choosesPictures, crowd, notes, picks, posts, restarts, sitsDown, stemsOf, takesUnseen,
} from '../lib/exam.mjs';
import { learnsUntil } from '../lib/learner.mjs';
import { Person } from '../lib/person.mjs';

const SEATS = 30;
const WATCHED = 3;
const TITLE = '用好公共数据与开放资源';
/** The one of those who are not seen who knows half of it. */
const FAILS = 0;
const STAFF = { plans: '沈静', first: '赵强', second: '李敏', decides: '孙丽', answers: '郑敏' };

/** All who are on this walk: each a browser of its own, beginning with the one that the walk was given. */
class Hall {
  constructor(walk) { Object.assign(this, { walk, people: [walk], requests: [] }); }

  /** One of the staff, at a desk of their own. */
  async works(part) {
    const person = await this.arrives(part);
    await person.becomes(STAFF[part]);
    return person;
  }

  async arrives(as) {
    const { walk } = this;
    const person = await Person.arrive(walk.context.browser(), walk.bank, walk.manner, `${walk.shots}-${as}`);
    this.people.push(person);
    return person;
  }

  /** Somebody of the sample county who is not seen. */
  async sits({ who }) {
    const request = await requests.newContext({ baseURL: this.walk.bank.address });
    this.requests.push(request);
    await posts(request, '/dev/people', { who }, '/dev/people');
    return request;
  }

  async leave() {
    for (const person of this.people.slice(1)) {
      this.walk.findings.push(...person.findings);
      await person.leave();
    }
    for (const request of this.requests) await request.dispose();
  }
}

/** The clock of the county, some minutes from now; within today. */
function clock(minutes) {
  const [hour, minute] = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format().split(':');
  const at = Math.min(Math.max(Number(hour) * 60 + Number(minute) + minutes, 0), 24 * 60 - 1);
  return `${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')}`;
}

/** It began a while ago, so that it is on, and stands behind the county's own in the lists of others. */
async function plans(planner) {
  const { page } = planner;
  await planner.opens('/staff/exams');
  await planner.tapsAt('main a[href="/staff/exams/add"]');
  await page.locator('#organisation').selectOption({ label: '柳湾村服务点（示例）' });
  await page.locator('#unit').selectOption(COURSE);
  await page.locator('#day').fill('今天');
  await page.locator('#from').fill(clock(-90));
  await page.locator('#to').fill(clock(90));
  await page.locator('#seats').fill(String(SEATS));
  for (const [field, name] of [['first', STAFF.first], ['second', STAFF.second]]) {
    const value = await page.locator(`#${field} option`).filter({ hasText: name }).first().getAttribute('value');
    await page.locator(`#${field}`).selectOption(value);
  }
  await planner.tapsAt('main form button.go');
  await planner.reads('排好了');
  return new URL(page.url()).pathname;
}

/** On the desk, by the number of a card. */
async function putsDown(officer, exam, card) {
  await officer.opens(exam);
  await officer.page.locator('input[name=number]').fill(card);
  await officer.tapsAt('main form:has(input[name=number]) button');
}

const opensCandidate = async (person, exam, { tail }) => {
  await person.opens(exam);
  await person.tapsAt(`main a.row:has-text("${tail}）")`);
};

/** Three are enrolled, and each sits down at a laptop that is the hall's. */
async function welcomes(hall, second) {
  const watched = [];
  for (let number = 0; number < WATCHED; number++) {
    await enrols(second);
    const card = await choosesPictures(second);
    const laptop = await hall.arrives(`laptop${number + 1}`);
    await becomesTheHalls(laptop);
    watched.push({ laptop, card, tail: card.slice(-4) });
  }
  return watched;
}

/** All that comes before beginning, by hand: what is not the volunteer's to see is seen by the officer, and both say that they are neither
 *  family nor teacher. */
async function letsIn([first, second], exam, one, isFirst) {
  await opensCandidate(second, exam, one);
  await second.tapsAt('main button[value=came]');
  if (isFirst) {
    await second.reads(new RegExp(`证件请${STAFF.first}.*来看`));
    if (await second.count('main #kind')) second.findings.push('a volunteer is asked for a document that she may not see');
  }
  await opensCandidate(first, exam, one);
  await picks(first, 'kind', '居民身份证');
  await first.tapsAt('main form:has(#kind) button');
  await first.tapsAt('main button[value=declare]');
  await opensCandidate(second, exam, one);
  if (await second.count('main button[value=allow]')) second.findings.push('somebody may be let in whom one has not declared about');
  await second.tapsAt('main button[value=declare]');
  await second.tapsAt('main button[value=allow]');
  await second.reads('放行了，请本人点「开始」');
}

/** The same without a page being shown; whoever is tested by word is not let to a device. */
async function letsInUnseen([first, second], exam, { who }, byWord) {
  const page = `${exam}/people/${who}`;
  const steps = [[second, 'came'], [first, 'seen', { kind: 'id_card' }], [first, 'declare'], [second, 'declare'], ...(byWord ? [] : [[second, 'allow']])];
  for (const [who, doing, fields] of steps) await posts(who.context.request, page, { doing, ...fields });
}

/** By word of mouth: said before, kept after. */
async function isTestedByWord(first, exam, one) {
  await opensCandidate(first, exam, one);
  await first.page.locator('main details.fold summary').filter({ hasText: '换一种考法' }).click();
  await picks(first, 'form', '口头答');
  await picks(first, 'aid', '有人念题');
  await first.page.locator('input[name=extra]').fill('20');
  await first.tapsAt('main form:has(#aid) button');
  await first.page.locator('input[name=of]').fill('10');
  await first.page.locator('input[name=right]').fill('9');
  await first.page.locator('textarea[name=heard]').fill('问了十道题，一道说不上来，别的都说对了。');
  await first.tapsAt('main form:has(textarea[name=heard]) button');
  await first.reads('交卷了');
}

/** The question that stands on most papers: nobody will get it right. */
function commonest(papers) {
  const counts = new Map();
  for (const stem of papers.flat()) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const [stem, count] = [...counts].sort((a, b) => b[1] - a[1])[0];
  if (count < 5) throw new Error(`«${stem}» stands on ${count} papers`);
  return stem;
}

/** Where this question stands on a paper, if it does. */
const placesOf = (stems, broken) => [...stems.keys()].filter(at => stems[at] === broken).map(at => at + 1);

/** At a laptop, once somebody was let in. */
async function begins(laptop) {
  await laptop.reads('监考员放行了');
  await laptop.tapsPrimary();
}

async function handsIn(laptop) {
  await learnsUntil(laptop, COURSE, ALL_ANSWERED);
  await laptop.looks('all answered');
  await laptop.tapsAt(ALL_ANSWERED);
  await laptop.reads('您交卷了');
}

/** In the middle of it the laptop starts anew: it goes on by a fresh allowance, with what was answered. */
async function isInterrupted(hall, first, exam, one) {
  await learnsUntil(one.laptop, COURSE, '.progress b:has-text("第 6 题")');
  // Its page stands there before it is answered and once that is kept.
  const next = await one.laptop.count('.saved') ? '第 7 题' : '第 6 题';
  const again = await restarts(one.laptop);
  hall.people.push(again);
  await sitsDown(again, one.card);
  await again.reads('卷子在别的设备上');
  await again.looks('on another device');
  await opensCandidate(first, exam, one);
  await notes(first, '手机、电脑或者网络出毛病', '电脑自己重开了，过了三分钟接着答。');
  await first.looks('somebody answers');
  await first.tapsAt('main button[value=allow]');
  one.laptop = again;
  await again.page.reload();
  await begins(again);
  const at = (await again.page.locator('.progress b').innerText()).trim();
  if (at !== next) again.findings.push(`after the laptop was started anew the paper goes on at ${at}`);
}

/** The numbers raise a hand; a person takes the question out, while others answer. */
async function takesOut(first, exam, broken) {
  await first.opens(exam);
  await first.reads('这几道题答对的人很少');
  // By chance few may have answered another one rightly too.
  const raised = (await first.page.locator('main .notice.look li').allInnerTexts()).map(words => words.replace(/\s+/g, ''));
  if (!raised.some(words => words.startsWith(broken))) first.findings.push(`the hand is raised about «${raised}», not about «${broken}»`);
  await first.looks('a hand is raised');
  await first.page.locator('main details.fold summary').filter({ hasText: '有题出了毛病' }).click();
  await first.looks('which question');
  const items = (await first.page.locator('main fieldset#item .answer label').allInnerTexts()).map(words => words.replace(/\s+/g, ''));
  await first.page.locator('main fieldset#item .answer label').nth(Math.max(0, items.findIndex(words => words.includes(broken)))).click();
  await first.page.locator('textarea[name=item_why]').fill('四个选项里没有一个是对的。');
  await first.tapsAt('main form:has(#item) button');
  await first.reads('这道题对谁都不算了');
}

async function decides(person, exam, one, verdict, ground) {
  await opensCandidate(person, exam, one);
  await person.reads('这份卷子要人来认定');
  await person.looks(`to be decided: ${verdict}`);
  await picks(person, 'verdict', verdict);
  if (ground) await person.page.locator('textarea[name=ground]').fill(ground);
  await person.tapsAt('main form:has(#verdict) button');
  await person.reads('认定好了');
}

/** Somebody on the desk presses the one button of this name, and is told why not. */
async function isRefused(person, exam, doing, words) {
  await person.opens(exam);
  await person.tapsAt(`main button[value=${doing}]`);
  await person.page.locator('[role=alert]').getByText(words).first().waitFor();
}

const linesOf = html => html.split(/<li class="line[ "]/).slice(1).filter(line => line.includes(TITLE)).length;

/** Thirty are put down, and one more is not. Three of them sit at laptops and are watched. */
async function gathers(hall, [first, second], exam) {
  const watched = await welcomes(hall, second);
  const others = await crowd(first.context.request, SEATS - WATCHED + 1);
  const tooMany = others.pop();
  for (const { card } of watched) await putsDown(first, exam, card);
  for (const { card } of others) await posts(first.context.request, exam, { doing: 'put-down', number: card });
  await putsDown(first, exam, tooMany.card);
  await first.page.locator('[role=alert]').getByText('座位满了').first().waitFor();
  for (const { laptop, card } of watched) {
    await sitsDown(laptop, card);
    await laptop.reads('请按时间到场');
  }
  return [watched, others];
}

/** They come, are seen, are let in; the last of all stays away, the one before is tested by word. */
async function letsAllIn(hall, two, exam, [watched, others]) {
  for (const [at, one] of watched.entries()) await letsIn(two, exam, one, at === 0);
  const [byWord, absent] = others.slice(-2).map(one => ({ ...one, tail: one.card.slice(-4) }));
  const seated = others.slice(0, -2);
  await letsInUnseen(two, exam, byWord, true);
  for (const one of seated) await letsInUnseen(two, exam, one, false);
  await isTestedByWord(two[0], exam, byWord);
  const sitting = [];
  for (const one of seated) sitting.push(await hall.sits(one));
  return { sitting, byWord, absent };
}

/** All at a screen begin; one question is at fault, whoever has it does not know it, and it is taken out while one still answers. */
async function allAnswer(hall, [first, second], exam, [watched, sitting]) {
  const own = exam.replace('/staff', '');
  for (const { laptop } of watched) { await laptop.page.reload(); await begins(laptop); }
  for (const request of sitting) await posts(request, own, { doing: 'begin' });
  const papers = [];
  for (const request of [...watched.map(({ laptop }) => laptop.context.request), ...sitting]) papers.push(await stemsOf(request, own));
  const broken = commonest(papers);
  for (const [at, { laptop }] of watched.entries()) {
    for (const position of placesOf(papers[at], broken)) {
      await laptop.opens(`${own}/questions/${position}`);
      await laptop.tapsAt('fieldset#q button[value="0"], fieldset#q input[value="0"] + label');
    }
    await laptop.opens(own);
    await laptop.tapsPrimary();
  }
  const [whole, interrupted, helped] = watched;
  await handsIn(whole.laptop);
  await isInterrupted(hall, first, exam, interrupted);
  await opensCandidate(second, exam, helped);
  await notes(second, '有旁人拿了主意', '旁边的人给她念了一道题，还指了一个选项。');
  await handsIn(helped.laptop);
  for (const [at, request] of sitting.entries()) {
    const unknown = placesOf(papers[WATCHED + at], broken);
    for (let position = 1; at === FAILS && unknown.length < 5; position++) if (!unknown.includes(position)) unknown.push(position);
    await takesUnseen(request, own, unknown);
  }
  await takesOut(first, exam, broken);
  await isRefused(first, exam, 'finish', '还有人在答题');
  await handsIn(interrupted.laptop);
  await first.opens(exam);
  await first.tapsAt('main button[value=finish]');
  await first.reads('收卷了');
  if (await first.count('main button[value=publish]')) first.findings.push('who invigilates may publish');
  await first.looks('finished');
  await whole.laptop.page.reload();
  await whole.laptop.reads('收卷了，正在看结果');
  await whole.laptop.looks('results are looked at');
}

/** Somebody who did not invigilate decides where that is asked for, and publishes. */
async function publishes(judge, exam, [[, interrupted, helped], byWord]) {
  await isRefused(judge, exam, 'publish', '还有卷子没有认定');
  await decides(judge, exam, interrupted, '算');
  await decides(judge, exam, byWord, '算');
  await decides(judge, exam, helped, '不计：别人替他拿了主意', '监考员看见旁边的人指了选项，分不清是谁答的。');
  await judge.opens(exam);
  await judge.tapsAt('main button[value=publish]');
  await judge.reads('结果发布了');
  await judge.reads('要没有监考、没有认定、没有发布的另一个人');
  await judge.looks('published');
}

/** Everybody reads what came of it, and why. */
async function allRead(hall, exam, [[whole, interrupted, helped], failed, absent]) {
  const own = exam.replace('/staff', '');
  for (const [{ laptop }, words] of [[whole, '恭喜您，通过了'], [interrupted, '恭喜您，通过了'], [helped, '分不清是谁答的']]) {
    await laptop.page.reload();
    await laptop.reads(words);
    await laptop.looks(`published: ${words}`);
  }
  await readsUnseen(hall, failed, own, '这次还没有通过');
  await readsUnseen(hall, absent, own, '这一场您没有考');
}

/** One appeals, and somebody without a part in it answers. */
async function appeals({ laptop, tail }, hears, exam) {
  await laptop.page.locator('textarea[name=ground]').fill('她只是给我念题，我眼睛看不清。主意是我自己拿的。');
  await laptop.tapsAt('main form:has(textarea[name=ground]) button');
  await laptop.reads('没有参与过的人会来看');
  await laptop.looks('appealed');
  await opensCandidate(hears, exam, { tail });
  await hears.looks('an appeal');
  await picks(hears, 'result', '改为通过');
  await hears.page.locator('textarea[name=answer]').fill('问过两位监考员：只是念题，答案是本人说的。');
  await hears.tapsAt('main form:has(#result) button');
  await hears.reads('答复了');
  await laptop.page.reload();
  await laptop.reads('答案是本人说的');
  await laptop.looks('answered');
}

/** Who planned it had no part since, and enters. */
async function enters(planner, exam, laptop) {
  await planner.opens(exam);
  await planner.looks('to be entered');
  await planner.tapsAt('main button[value=enter]');
  await planner.reads('通过的都记入学分了');
  if (await planner.count('main button[value=enter]')) planner.findings.push('there is still something to be entered');
  await laptop.page.reload();
  await laptop.reads('学分已经记入存折');
  await laptop.tapsAt('.tabs a[href="/passbook"]');
  await laptop.reads(TITLE);
}

async function holdsTheSession(hall) {
  const planner = hall.walk;
  await planner.becomes(STAFF.plans);
  const exam = await plans(planner);
  const two = [await hall.works('first'), await hall.works('second')];
  const [watched, others] = await gathers(hall, two, exam);
  const { sitting, byWord, absent } = await letsAllIn(hall, two, exam, [watched, others]);
  await allAnswer(hall, two, exam, [watched, sitting]);
  await publishes(await hall.works('decides'), exam, [watched, byWord]);
  const absentAtHome = await hall.sits(absent);
  await allRead(hall, exam, [watched, sitting[FAILS], absentAtHome]);
  await appeals(watched[2], await hall.works('answers'), exam);
  await enters(planner, exam, watched[0].laptop);
  await countsPasses(hall, [...watched.map(({ laptop }) => laptop.context.request), ...sitting, await hall.sits(byWord), absentAtHome]);
}

/** A result as somebody reads it who was not seen so far. */
async function readsUnseen(hall, request, own, words) {
  const person = await hall.arrives(words);
  await person.context.addCookies((await request.storageState()).cookies);
  person.as = '考生';
  // Whoever lives in the sample county has letters of their own size.
  const [, size] = (await (await request.get(own)).text()).match(/data-font="(\w+)"/);
  person.manner = { ...person.manner, size };
  await person.opens(own);
  await person.reads(words);
  await person.looks(words);
}

/** Each pass stands in a passbook, once; who failed and who stayed away have none. */
async function countsPasses(hall, requests) {
  const counts = [];
  for (const request of requests) counts.push(linesOf(await (await request.get('/passbook')).text()));
  const booked = counts.filter(count => count === 1).length;
  if (booked !== SEATS - 2 || counts.some(count => count > 1)) hall.walk.findings.push(`booked in ${booked} passbooks, not in ${SEATS - 2}: ${counts}`);
}

async function walks(walk) {
  const hall = new Hall(walk);
  try {
    await holdsTheSession(hall);
  } catch (error) {
    for (const person of hall.people) await person.shot('broken');
    throw new Error(`${error.message}\n${hall.people.slice(1).map(person => person.page.url()).join(' ')}`, { cause: error });
  } finally {
    await hall.leave();
  }
}

export default [
  {
    name: 'thirty are examined under supervision: planned, let in, interrupted, decided, published, appealed against, entered',
    walk: walks,
    manners: [{ size: 'normal', scripts: true }],
  },
];
