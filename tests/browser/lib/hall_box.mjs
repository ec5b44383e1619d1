// What people do at the computer of a hall: it is started with its kit, opened with the class's password, and used from telephones on its network.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openBank } from './bank.mjs';
import { Person } from './person.mjs';

/** A laptop with a kit: its folder outlives the program, as it does when somebody starts it anew. */
export class Box {
  constructor(walk, kit, password) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
    Object.assign(this, { walk, kit, password, folder, people: [] });
  }

  /** As docs/OPERATIONS.md says; the second time at the address of the first. */
  async starts() {
    const listen = this.address ? new URL(this.address).host : '127.0.0.1:0';
    const more = { arguments: ['serve', '--hall', '--kit', this.kit], CREDIT_BANK_DATA_DIR: path.join(this.folder, 'data'), CREDIT_BANK_LISTEN: listen };
    this.served = await openBank(this.walk.bank.binary, fs.mkdtempSync(path.join(this.folder, 'run-')), more);
    this.address = this.served.address;
  }

  async stops() {
    await this.served?.close();
    this.served = undefined;
  }

  /** Somebody with a telephone on the hall's network. */
  async arrives(as) {
    const bank = { address: this.address, lastWords: () => this.served?.lastWords() ?? [] };
    const person = await Person.arrive(this.walk.context.browser(), bank, this.walk.manner, `${this.walk.shots}-${as}`);
    person.as = as;
    this.people.push(person);
    return person;
  }

  async leave() {
    for (const person of this.people) {
      this.walk.findings.push(...person.findings);
      await person.leave();
    }
    await this.stops();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A file that a button saves. */
export async function saves(person, selector, to) {
  const saved = person.page.waitForEvent('download');
  await person.page.locator(selector).first().click();
  await (await saved).saveAs(to);
}

/** What is to be copied from the page, without the room between the groups. */
export const copies = async person => (await person.page.locator('main .read-out').first().innerText()).replace(/\s/g, '');

/** With the class's password; the second one finds it open. */
export async function unlocks(person, password) {
  await person.opens('/?at=door');
  const fold = person.page.locator('main details.fold summary');
  if (await fold.count()) await fold.first().click();
  await person.page.locator('form[action="/unlock"] input[name=password]').fill(password);
  await person.tapsAt('form[action="/unlock"] button');
}

/** One of the two goes to the session, and says who they are; once the papers are open, with their half of the words. */
export async function isOnDuty(person, name, half = '') {
  await person.opens('/operator');
  await person.tapsAt('main a.row[href^="/exam/"]');
  if (await person.count('main #papers') && half) await shows(person, name, half);
  else await person.tapsAt(`main .answer button:has-text("${name}")`);
}

/** The same, where it is asked. */
export async function shows(person, name, half) {
  await person.page.locator('main fieldset#invigilator .answer label').filter({ hasText: name }).click();
  await person.page.locator('main #papers').fill(half);
  await person.tapsAt('main form.task-form button.go');
}

/** Both halves, one after the other, at one keyboard. */
export async function opensPapers(person, words) {
  await person.page.locator('main #papers').fill(words);
  await person.tapsAt('main form:has(#papers) button.go');
}

/** Somebody who learns comes in by the digits of the list that the volunteer reads to them, as far as their test. */
export async function comesIn(person, list, name) {
  const row = await list.page.locator('main a.row').filter({ hasText: name }).first().innerText();
  await person.opens('/?at=door');
  await person.page.locator('#code').fill(row.match(/今天的数字 (\d{4})/)[1]);
  await person.tapsAt('form[action="/learn"] button');
  await person.tapsAt('main a[href^="/sit/"]');
}
