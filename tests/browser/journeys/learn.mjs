// Parts of the way on their own: the size of the letters, a lesson, a practice, the test.
import { learnsUntil, practisesUntil } from '../lib/learner.mjs';
import { registersUntil } from '../lib/errands.mjs';

const COURSE = 'T19';

async function learnsTheFirstLesson(person) {
  await person.opens('/');
  await person.reads('您想从哪儿学起');
  await person.page.locator('.answers label').first().click();
  await person.taps('照我选的挑');
  await person.opens(`/courses/${COURSE}`);
  await person.tapsPrimary();
  await learnsUntil(person, COURSE, 'h1:has-text("这一课学完了")');
}

/** Presses a size while something is ticked: it stays ticked, and the question is not asked again. */
async function choosesASize({ page, findings }) {
  await page.goto('/');
  await page.locator('.answers label').nth(1).click();
  await page.getByRole('button', { name: '要最大的' }).click();
  await page.locator('html[data-font=xlarge]').waitFor();
  const ticked = await page.locator('.answers input').evaluateAll(boxes => boxes.map(box => box.checked));
  if (ticked.filter(Boolean).length !== 1 || !ticked[1]) findings.push(`ticked afterwards: ${ticked}`);
  if (await page.getByText('字看得清吗').count()) findings.push('the size is asked again');
}

export default [
  {
    name: 'a first visitor makes the letters as large as can be, and what was ticked stays ticked',
    walk: choosesASize,
    manners: [{ size: 'normal', scripts: true }, { size: 'normal', scripts: false }],
  },
  {
    name: 'a first visitor learns a lesson of T19 without registering',
    walk: learnsTheFirstLesson,
    manners: [{ size: 'normal', scripts: true }, { size: 'xlarge', scripts: true }],
  },
  {
    name: 'a practice is tried, wrong taps and all, to its end',
    async walk(person) {
      await person.opens(`/courses/${COURSE}`);
      await person.taps('体验：');
      await person.tapsPrimary();
      await practisesUntil(person, 'a:has-text("再练一遍")');
    },
    manners: [{ size: 'normal', scripts: true }, { size: 'large', scripts: true }, { size: 'xlarge', scripts: true }],
  },
  {
    name: 'a learner registers, passes the test and finds the cell in the passbook',
    async walk(person) {
      await registersUntil(person, '/register/done');
      await person.opens(`/courses/${COURSE}/test`);
      await person.tapsPrimary();
      await learnsUntil(person, COURSE, 'dl.facts form, h1:has-text("看一遍您的答案")');
      await person.taps('答好了，看结果');
      await person.taps('存折');
      await person.reads('1 格');
    },
    manners: [{ size: 'normal', scripts: true }],
  },
];
