// The pages of agencies, for the list of all pages: on an administrator's desk, for who works for one, for everybody.

import { OFFICER as APPLICATIONS } from './application_pages.mjs';
import { OFFICER as ROLLS } from './roll_pages.mjs';
import { OFFICER as RULES } from './rule_pages.mjs';

/** A picture of a seal. */
const SEAL = new URL('../../it/support/seal.png', import.meta.url).pathname;

async function opensAgency(person) {
  await person.opens('/staff/agencies');
  await person.tapsAt('main td a[href^="/staff/agencies/"]');
}

/** A request for a delegation; once it was made, the same one again. */
async function asks(person) {
  await opensAgency(person);
  const agency = person.page.url();
  await person.tapsAt('main a[href$="/delegate"]');
  await person.page.locator('input[name=from]').fill('明天');
  await person.page.locator('input[name=until]').fill(`${new Date().getFullYear() + 1}-12-31`);
  await person.page.locator('textarea[name=ground]').fill('县里又发了一份文件。');
  await person.tapsAt('main button.go');
  if (!person.page.url().includes('/delegations/')) await person.opens(agency);
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const ADMINISTRATOR = {
  '/staff/agencies': ['/staff/agencies'],
  '/staff/agencies/add': ['/staff/agencies/add', '/staff/agencies/add?find=330182', '/staff/agencies/add?find=找不到的机构', async person => { await person.opens('/staff/agencies/add'); await person.tapsAt('main button.go'); }],
  '/staff/agencies/{id}': [
    opensAgency,
    async person => {
      await opensAgency(person);
      const desk = person.page.url();
      await person.page.setInputFiles('input[type=file]', SEAL);
      await person.tapsAt('main form[action$="/seal"] button');
      // The refusal stands at the address of its form.
      await person.tapsAt('main form[action$="/key"] button');
      await person.opens(desk);
    },
  ],
  '/staff/agencies/{id}/keys/{generation}': [
    async person => { await opensAgency(person); await person.tapsAt('main dt a[href*="/keys/"]'); },
    async person => { await opensAgency(person); await person.tapsAt('main dt a[href*="/keys/"]'); await person.tapsAt('main button[value=ask]'); },
  ],
  '/staff/agencies/{id}/close': [
    async person => { await opensAgency(person); await person.tapsAt('main a[href$="/close"]'); },
    async person => { await opensAgency(person); await person.tapsAt('main a[href$="/close"]'); await person.tapsAt('main button.danger'); },
  ],
  '/staff/agencies/{id}/delegate': [
    async person => { await opensAgency(person); await person.tapsAt('main a[href$="/delegate"]'); },
    async person => { await opensAgency(person); await person.tapsAt('main a[href$="/delegate"]'); await person.tapsAt('main button.go'); },
  ],
  '/staff/agencies/{id}/delegations/{delegation}': [
    async person => { await opensAgency(person); await person.tapsAt('main td a[href*="/delegations/"]'); },
    async person => {
      await asks(person);
      const back = 'main form[action$="/withdraw"] button';
      if (await person.page.locator(back).count()) await person.tapsAt(back);
      else await person.tapsAt('main td a[href*="/delegations/"]');
    },
  ],
};

export const OFFICER = {
  ...RULES,
  ...APPLICATIONS,
  ...ROLLS,
  '/staff/agency': ['/staff/agency'],
  '/staff/agency/{agency}': [async person => { await person.opens('/staff/agency'); await person.tapsAt('main a.row'); }],
  '/agencies/{id}': [async person => {
    await person.opens('/staff/agency');
    await person.tapsAt('main a.row');
    await person.tapsAt('main a[href^="/agencies/"]');
  }],
};
