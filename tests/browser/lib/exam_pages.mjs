// The pages of supervised sessions, for the list of all pages: on the desk of who plans and invigilates, and one's own.

async function opensExam(person) {
  await person.opens('/staff/exams');
  await person.tapsAt('main a.row');
}

async function opensCandidate(person) {
  await opensExam(person);
  await person.tapsAt('main a.row');
}

async function opensOwn(person) {
  await person.opens('/exams');
  await person.tapsAt('main a.row');
}

/** An allowance is used up by beginning: in each size somebody else begins, and is who looks from here on. Begun already, they go on. */
async function begins(person) {
  await person.becomes({ normal: '王𬭎', large: '周长久', xlarge: '王桂英' }[person.manner.size]);
  await opensOwn(person);
  await person.tapsAt('main button[value=begin], main a.button.go');
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const OFFICER = {
  '/staff/exams': ['/staff/exams'],
  '/staff/exams/add': ['/staff/exams/add', async person => { await person.opens('/staff/exams/add'); await person.tapsAt('main button.go'); }],
  '/staff/exams/{id}': [
    opensExam,
    async person => {
      await opensExam(person);
      const desk = person.page.url();
      // The refusal stands at the address of its form.
      await person.page.locator('input[name=number]').fill('123');
      await person.tapsAt('main form.task-form button');
      await person.opens(desk);
    },
  ],
  '/staff/exams/{id}/people/{learner}': [opensCandidate],
};

export const LEARNER = {
  '/exams': ['/exams'],
  '/exams/{id}': [opensOwn],
  '/exams/{id}/questions/{position}': [begins],
};
