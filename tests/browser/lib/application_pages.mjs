// The pages of applications, for the list of all pages: of whoever applies, and of the agency that decides.

/** A picture to send. */
const PICTURE = new URL('../../it/support/seal.png', import.meta.url).pathname;

/** One that is begun and not sent; the same one again. */
async function begins(person) {
  await person.opens('/applications/begin');
  await person.page.locator('main .answer label').first().click();
  await person.tapsAt('main button.go');
}

/** The same with a piece of evidence, and on to what is asked. */
async function proves(person) {
  await begins(person);
  await person.page.setInputFiles('input[type=file]', PICTURE);
  await person.page.locator('main label[for="clean-1"]').click();
  await person.tapsAt('main form[action$="/files"] button');
  await person.tapsAt('main a.go[href$="/details"]');
}

async function opensCase(person) {
  await person.opens('/staff/agency');
  await person.tapsAt('main a.row');
  await person.tapsAt('main a.row[href$="/applications"]');
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const APPLICANT = {
  '/applications': ['/applications'],
  '/applications/begin': ['/applications/begin', async person => { await person.opens('/applications/begin'); await person.tapsAt('main button.go'); }],
  '/applications/{id}': [
    async person => { await person.opens('/applications'); await person.page.locator('main a.row').last().click(); },
    begins,
    async person => { await proves(person); await person.tapsAt('main button[value=send]'); },
  ],
  '/applications/{id}/details': [proves],
};

export const OFFICER = {
  '/staff/agency/{agency}/applications': [opensCase],
  '/staff/agency/{agency}/applications/{learner}/{id}': [
    async person => { await opensCase(person); await person.tapsAt('main td a'); },
    async person => { await opensCase(person); await person.tapsAt('main td a'); await person.tapsAt('main button[value=return]'); },
  ],
};
