// The pages by which an agency's people look after what it has issued, and by which an owner appeals, for the list of all pages.

async function opensIssued(person) {
  await person.opens('/staff/agency');
  await person.tapsAt('main a.row');
  await person.tapsAt('main a.row[href$="/issued"]');
}

/** One that is good: what waits for somebody to look at it stands above. */
async function opensOne(person) {
  await opensIssued(person);
  await person.tapsAt('main tr:has(td:text-is("有效")) td a[href*="/issued/"]');
}

/** A request to revoke it; once one waits, that one again. */
async function opensRequest(person) {
  await opensOne(person);
  const page = person.page.url();
  if (!(await person.count('main a.row[href*="/requests/"]'))) {
    await person.tapsAt('main a.row[href$="act=revoke"]');
    await person.page.locator('main label[for=reason-1]').click();
    await person.tapsAt('main button[value=revoke]');
    await person.opens(page);
  }
  await person.tapsAt('main a.row[href*="/requests/"]');
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const OFFICER = {
  '/staff/agency/{agency}/issued': [
    opensIssued,
    async person => { await opensIssued(person); await person.page.locator('input[name=number]').fill('123'); await person.tapsAt('main form button.go'); },
  ],
  '/staff/agency/{agency}/issued/{learner}/{id}': [
    opensOne,
    async person => { await opensOne(person); await person.tapsAt('main button[value=suspend]'); },
    async person => { await opensOne(person); await person.tapsAt('main a.row[href$="act=revoke"]'); },
  ],
  '/staff/agency/{agency}/issued/{learner}/{id}/requests/{request}': [opensRequest],
};

/** The second of two: a suspension that is to be confirmed. */
export const REVIEWER = {
  '/staff/agency/{agency}/issued/{learner}/{id}/requests/{request}': [async person => {
    await opensIssued(person);
    await person.tapsAt('main td a[href*="/issued/"]');
    await person.tapsAt('main a.row[href*="/requests/"]');
  }],
};

/** Somebody whose request waits: there is nothing to appeal against yet. */
export const ASKER = {
  '/certificates/requests/{id}/appeal': [async person => {
    await person.opens('/certificates');
    const back = await person.page.locator('main form[action$="/withdraw"]').first().getAttribute('action');
    await person.opens(back.replace(/withdraw$/, 'appeal'));
  }],
};

/** Somebody whose certificate is suspended or revoked. */
export const OWNER = {
  '/certificates/{id}/appeal': [async person => {
    await person.opens('/certificates');
    await person.tapsAt('main a.row[href^="/certificates/0"]');
    await person.tapsAt('main a.row[href$="/appeal"]');
  }],
};
