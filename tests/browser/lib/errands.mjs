// What people do on more than one journey.

const STEPS = {
  '/register': async person => person.fills('手机号', person.phone),
  '/sign-in/code': async person => person.fills('短信里的 6 位数字', await person.codeFromMailbox()),
  '/register/name': async person => person.fills('您的姓名', person.name),
  '/register/year': async person => person.page.locator('input[name=year]').fill('1951'),
  '/register/check': async person => person.reads(person.name),
  '/register/consent': async () => {},
};

/** Registers by telephone, from the step where this person stands, until the address is reached. */
export async function registersUntil(person, end) {
  await person.opens('/register');
  for (let step = 0; step <= Object.keys(STEPS).length; step++) {
    const at = new URL(person.page.url()).pathname;
    if (at === end) return;
    if (!STEPS[at]) throw new Error(`registering led to ${at}`);
    await STEPS[at](person);
    await person.tapsPrimary();
  }
}
