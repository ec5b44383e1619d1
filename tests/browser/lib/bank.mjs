// The real binary on a free port, with a fresh data directory.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';

const START_MS = 240_000;

/** Starts the binary and resolves when it has said where it answers. */
export async function openBank(binary, folder, more = {}) {
  const env = { ...process.env, CREDIT_BANK_LISTEN: '127.0.0.1:0', CREDIT_BANK_DATA_DIR: `${folder}/data`, RUST_LOG: 'warn', ...more };
  const child = spawn(binary, more.arguments ?? [], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  // Whatever ends the walks ends the bank.
  process.once('exit', () => child.kill('SIGTERM'));
  const said = [];
  const printed = [];
  child.stderr.on('data', bytes => said.push(...String(bytes).split('\n').filter(Boolean)));
  const ended = new Promise(resolve => child.once('exit', code => resolve(code)));
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the bank did not open in time')), START_MS);
    readline.createInterface({ input: child.stdout }).on('line', line => {
      printed.push(line);
      const found = line.match(/http:\/\/[0-9.:]+/);
      if (found) { clearTimeout(late); resolve(found[0]); }
    });
    ended.then(code => { clearTimeout(late); reject(new Error(`the bank ended with ${code}: ${said.slice(-3).join(' | ')}`)); });
  }).catch(async error => { await close(); throw error; });
  /** Where the first administrator sets a password: printed after the address. */
  const firstLink = () => printed.map(line => line.match(/\/staff\/setup\/\S+/)?.[0]).find(Boolean);
  /** `close` asks it to stop, and waits until it has; then its folder goes. */
  return { binary, address, close, firstLink, lastWords: () => said.slice(-3) };
}
