// The pages of conversion rules, for the list of all pages: for who works for an agency, and for everybody.

async function opensRules(person) {
  await person.opens('/staff/agency');
  await person.tapsAt('main a.row');
  await person.tapsAt('main a.row[href$="/rules"]');
}

/** The form of a further version, with the words of the one in force. */
async function copies(person) {
  await opensRules(person);
  await person.tapsAt('main a.row[href*="/rules/"]');
  await person.tapsAt('main a[href*="/rules/add?from="]');
}

/** A draft of theirs. */
async function drafts(person) {
  await copies(person);
  await person.tapsAt('main button.go');
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const OFFICER = {
  '/staff/agency/{agency}/rules': [
    opensRules,
    async person => {
      await drafts(person);
      await person.page.locator('main details.fold summary').click();
      await person.tapsAt('main form[action$="/discard"] button');
    },
  ],
  '/staff/agency/{agency}/rules/add': [
    copies,
    async person => { await opensRules(person); await person.tapsAt('main a[href$="/rules/add"]'); await person.tapsAt('main button.go'); },
  ],
  '/staff/agency/{agency}/rules/{rule}': [
    async person => { await opensRules(person); await person.tapsAt('main a.row[href*="/rules/"]'); },
    async person => { await drafts(person); await person.tapsAt('main form[action$="/try"] button'); },
  ],
  '/staff/agency/{agency}/rules/{rule}/change': [async person => { await drafts(person); await person.tapsAt('main a[href$="/change"]'); }],
  '/rules': ['/rules'],
  '/rules/{id}': [async person => { await person.opens('/rules'); await person.tapsAt('main a.row[href^="/rules/"]'); }],
};
