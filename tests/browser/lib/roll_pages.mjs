// The pages of rolls and of transfers out, for the list of all pages.

async function opensRolls(person) {
  await person.opens('/staff/agency');
  await person.tapsAt('main a.row');
  await person.tapsAt('main a.row[href$="/rolls"]');
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const OFFICER = {
  '/staff/agency/{agency}/rolls': [opensRolls, async person => { await opensRolls(person); await person.tapsAt('main button.go'); }],
  '/staff/agency/{agency}/rolls/{roll}': [async person => { await opensRolls(person); await person.tapsAt('main a.row[href*="/rolls/"]'); }],
  '/staff/receiving': ['/staff/receiving'],
};

export const REVIEWER = {
  '/staff/agency/{agency}/rolls/{roll}': [async person => { await opensRolls(person); await person.tapsAt('main a.row[href*="/rolls/"]'); }],
  '/staff/receiving': ['/staff/receiving'],
  '/staff/receiving/{offer}': [
    async person => { await person.opens('/staff/receiving'); await person.tapsAt('main a.row[href^="/staff/receiving/"]'); },
    async person => {
      await person.opens('/staff/receiving');
      await person.tapsAt('main a.row[href^="/staff/receiving/"]');
      const takes = person.page.locator('main button[value=accept]');
      if (await takes.count()) await person.tapsAt('main button[value=accept]');
    },
  ],
};

/** Answered to GET, and not a page. */
export const NO_PAGES = ['/staff/agency/{agency}/rolls/template/{kind}', '/staff/agency/{agency}/rolls/{roll}/passed'];

/** The award goes once: whoever comes later sees where it is. */
async function offers(person) {
  await person.opens('/transfers');
  const ways = person.page.locator('main a.row[href^="/transfers/new/"]');
  if (!(await ways.count())) return person.tapsAt('main a.row[href^="/transfers/"]');
  await person.tapsAt('main a.row[href^="/transfers/new/"]');
  return person.tapsAt('main button.go');
}

/** Somebody with an award that can go out. */
export const LEARNER = {
  '/transfers': ['/transfers'],
  '/transfers/{offer}': [offers],
};

/** Somebody who looks and goes away again. */
export const LOOKER = {
  '/transfers': ['/transfers'],
  '/transfers/new/{rule}/{award}': [async person => { await person.opens('/transfers'); await person.tapsAt('main a.row[href^="/transfers/new/"]'); }],
};
