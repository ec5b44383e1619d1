// The main way, from the first visit to a line in the passbook: with scripts and without, on both databases. Each step is held against
// what it has to lead to.
import { learnsUntil } from '../lib/learner.mjs';
import { registersUntil } from '../lib/errands.mjs';

const COURSE = 'T19';
const LESSONS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];

const at = person => new URL(person.page.url()).pathname;
function is(person, seen, wanted, what) {
  if (seen !== wanted) throw new Error(`${what}: ${seen}, not ${wanted}`);
}

async function choosesASize(person) {
  const { page, manner } = person;
  await person.context.clearCookies({ name: 'font' });
  await page.goto('/');
  await person.reads('字看得清吗');
  const words = { normal: '看得清，就这样', large: '要大一点', xlarge: '要最大的' }[manner.size];
  await person.arrives(() => page.getByRole('button', { name: words }).click());
  is(person, await page.locator('html').getAttribute('data-font'), manner.size, 'the size of the letters');
  is(person, await page.getByText('字看得清吗').count(), 0, 'times the size is asked again');
}

async function choosesWhatToLearn(person) {
  await person.page.locator('.answers label').first().click();
  await person.taps('照我选的挑');
  if (!/^\/courses\/T\d\d\/c1\/1$/.test(at(person))) throw new Error(`the choice led to ${at(person)}`);
}

async function learnsOneLesson(person, lesson) {
  await person.opens(`/courses/${COURSE}/${lesson}/1`);
  await learnsUntil(person, COURSE, 'h1:has-text("这一课学完了")');
}

async function learnsWhatIsMissing(person) {
  for (const lesson of LESSONS) {
    const response = await person.page.request.get(`/courses/${COURSE}/${lesson}/1`);
    if (response.status() === 404) break;
    await learnsOneLesson(person, lesson);
    await person.reads('已经给您记下了');
  }
}

async function passesTheTest(person) {
  await person.opens(`/courses/${COURSE}/test`);
  await person.tapsPrimary();
  await learnsUntil(person, COURSE, 'dl.facts, h1:has-text("看一遍您的答案")');
  await person.taps('答好了，看结果');
  if (!/^\/tests\/[^/]+\/result$/.test(at(person))) throw new Error(`handing in led to ${at(person)}`);
  await person.reads('1 格');
}

async function findsTheCredit(person) {
  await person.taps('存折');
  is(person, at(person), '/passbook', 'where the result leads');
  is(person, await person.count('.lines .line'), 1, 'lines in the passbook');
  const line = await person.page.locator('.lines .line').innerText();
  for (const words of ['1 格', '0.25']) if (!line.includes(words)) person.findings.push(`the line does not say ${words}: ${line}`);
  await person.tapsAt('.line-foot a');
  if (!/^\/passbook\/[^/]+\/dispute$/.test(at(person))) throw new Error(`the question about a line led to ${at(person)}`);
  const facts = await person.page.locator('dl.facts').last().innerText();
  if (facts.trim().length < 20) person.findings.push(`the line is not explained: ${facts}`);
}

async function walksTheMainWay(person) {
  await choosesASize(person);
  await choosesWhatToLearn(person);
  await learnsOneLesson(person, 'c1');
  await registersUntil(person, '/register/done');
  await learnsWhatIsMissing(person);
  await passesTheTest(person);
  await findsTheCredit(person);
}

export default [
  {
    name: 'somebody comes for the first time, learns T19, registers, passes the test and finds the credit explained in the passbook',
    walk: walksTheMainWay,
    manners: [
      { size: 'large', scripts: true },
      { size: 'xlarge', scripts: false },
      // The pages are the same ones; what is proved here is that they come.
      { size: 'normal', scripts: true, engine: 'postgres', unmeasured: true },
      { size: 'normal', scripts: false, engine: 'postgres', unmeasured: true },
    ],
  },
];
