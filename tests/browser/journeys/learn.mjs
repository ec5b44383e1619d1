// The main journey: first visit, a lesson, a practice, registration, the test, the passbook.
import { learnsUntil, practisesUntil } from '../lib/learner.mjs';

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

async function registers(person) {
  await person.opens('/register');
  await person.fills('手机号', person.phone);
  await person.tapsPrimary();
  await person.fills('短信里的 6 位数字', await person.codeFromMailbox());
  await person.tapsPrimary();
  await person.fills('您的姓名', '王桂英');
  await person.tapsPrimary();
  await person.page.locator('input[name=year]').fill('1951');
  await person.tapsPrimary();
  await person.reads('王桂英');
  await person.tapsPrimary();
  await person.tapsPrimary();
}

export default [
  {
    name: 'a first visitor learns a lesson of T19 without registering',
    walk: learnsTheFirstLesson,
  },
  {
    name: 'a practice is tried, wrong taps and all, to its end',
    async walk(person) {
      await person.opens(`/courses/${COURSE}`);
      await person.taps('体验：');
      await person.tapsPrimary();
      await practisesUntil(person, 'a:has-text("再练一遍")');
    },
    manners: [{ size: 'normal', scripts: true }, { size: 'xlarge', scripts: false }],
  },
  {
    name: 'a learner registers, passes the test and finds the cell in the passbook',
    async walk(person) {
      await registers(person);
      await person.opens(`/courses/${COURSE}/test`);
      await person.tapsPrimary();
      await learnsUntil(person, COURSE, 'dl.facts form, h1:has-text("看一遍您的答案")');
      await person.taps('答好了，看结果');
      await person.taps('存折');
      await person.reads('1 格');
    },
    // Until registration and passbook lead anywhere.
    needs: ['/register', '/passbook'],
  },
];
