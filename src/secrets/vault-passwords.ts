import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import { secretError } from '../errors/secrets.ts';
import { TsplayError } from '../errors/tsplay-error.ts';
import type { Subject } from './age.ts';
import { askHidden } from './ask.ts';
import { takeFromEnvironment } from './environment.ts';
import { runProgram } from './run-program.ts';
import { openVault, parseVault } from './vault.ts';

/** Where a password of Ansible Vault comes from. */
interface VaultId {
  readonly label: string | undefined;
  /** `prompt`, `env:NAME`, a file, or a program that prints it. */
  readonly source: string;
}

const variable = 'TSPLAY_VAULT_PASSWORD';

let given: readonly VaultId[] = [];
const passwords = new Map<VaultId, Promise<Buffer>>();

/** Takes the vault ids of the command line: `[LABEL@]SOURCE`. */
export function useVaultIds(texts: readonly string[]): void {
  given = texts.map(parseVaultId);
}

function parseVaultId(text: string): VaultId {
  const [, label, source = text] = /^([^@]*)@(.*)$/s.exec(text) ?? [];
  return { label: label === '' ? undefined : label, source };
}

/** Decrypts what Ansible Vault has encrypted, with the first password that opens it. */
export async function decryptVault(text: string, { what, where }: Subject): Promise<Buffer> {
  const vault = parseVault(text);
  if (typeof vault === 'string') throw secretError('bad-vault', { what, problem: vault }, { where });
  const ids = vaultIds();
  // The label is a hint only; Ansible tries the other passwords too.
  const inOrder = ids.toSorted((a, b) => Number(b.label === vault.label) - Number(a.label === vault.label));
  const problems: TsplayError[] = [];
  for (const id of inOrder) {
    try {
      const opened = await openVault(vault, await passwordOf(id));
      if (opened !== undefined) return opened;
    } catch (error) {
      if (!(error instanceof TsplayError)) throw error;
      problems.push(error);
    }
  }
  throw problems[0] ?? secretError('vault-other-password', { what, label: vault.label }, { where });
}

let all: { readonly from: readonly VaultId[]; readonly ids: readonly VaultId[] } | undefined;

/** Where passwords come from, in the order in which Ansible tries them. Without any, one is asked for. */
function vaultIds(): readonly VaultId[] {
  if (all?.from === given) return all.ids;
  const { ANSIBLE_VAULT_IDENTITY_LIST: list = '', ANSIBLE_VAULT_PASSWORD_FILE: file = '' } = process.env;
  const listed = list
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const ids = [...listed.map(parseVaultId), ...given];
  if (file !== '') ids.push({ label: undefined, source: file });
  if (takeFromEnvironment(variable) !== undefined) ids.push({ label: undefined, source: `env:${variable}` });
  if (ids.length === 0) ids.push({ label: undefined, source: 'prompt' });
  all = { from: given, ids };
  return ids;
}

/** A password, which is fetched, or asked for, once. */
function passwordOf(id: VaultId): Promise<Buffer> {
  let password = passwords.get(id);
  if (password === undefined) passwords.set(id, (password = fetchPassword(id)));
  return password;
}

async function fetchPassword({ label, source }: VaultId): Promise<Buffer> {
  const password = await readPassword(label, source);
  if (password.length === 0) throw secretError('no-vault-password', { source, problem: 'it is empty' });
  return password;
}

async function readPassword(label: string | undefined, source: string): Promise<Buffer> {
  if (source === 'prompt') {
    const name = label === undefined ? '' : ` of the vault id ${label}`;
    const instead = `--vault-id [LABEL@]FILE names a file with it, or a program that prints it; ${variable} has it itself.`;
    return Buffer.from(await askHidden(`the password of Ansible Vault${name}`, instead));
  }
  if (source.startsWith('env:')) {
    const value = takeFromEnvironment(source.slice(4));
    if (value === undefined) throw secretError('no-vault-password', { source, problem: 'it is not set' });
    return Buffer.from(value);
  }
  const file = resolve(source.replace(/^~(?=\/)/, homedir()));
  const isProgram = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  return isProgram ? runForPassword(file, label) : readForPassword(file);
}

async function readForPassword(file: string): Promise<Buffer> {
  try {
    return Buffer.from((await readFile(file, 'latin1')).trim(), 'latin1');
  } catch (cause) {
    throw secretError('no-vault-password', { source: file, problem: (cause as Error).message }, { cause });
  }
}

/** A program whose name ends in -client is told which password is wanted. */
async function runForPassword(file: string, label: string | undefined): Promise<Buffer> {
  const isClient = basename(file, extname(file)).endsWith('-client') && label !== undefined;
  const { stdout, problem } = await runProgram(
    [file, ...(isClient ? ['--vault-id', label] : [])],
    process.cwd(),
  );
  if (problem !== undefined)
    throw secretError('no-vault-password', { source: file, problem: `it ${problem}` });
  return Buffer.from(stdout.toString('latin1').replaceAll(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1');
}
