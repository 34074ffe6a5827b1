import { TsplayError } from '../errors/tsplay-error.ts';
import { isOpen, learn, learnFailure, Secret, unknownSecret } from './hidden.ts';

/** How the text of a secret is had. */
export interface Seal {
  /** Gives the text. Rejects with a {@link TsplayError} that says why it cannot be had. */
  readonly open: () => Promise<string>;
  /** The text is made of other secrets; see {@link learn}. */
  readonly made?: boolean | undefined;
}

const seals = new WeakMap<Secret, Seal>();
/** What has been begun to be opened: it is done once, whoever asks. */
const openings = new WeakMap<Secret, Promise<TsplayError | undefined>>();
/** Secrets that playbooks have declared, and that are not in the data of an inventory. */
const declared = new Set<Secret>();

/** A secret whose text is fetched before it is needed, and only then: it may take a password, or a program. */
export function sealed(seal: Seal): Secret {
  const made = unknownSecret();
  seals.set(made, seal);
  return made;
}

/** The same for one that the code of a playbook or an inventory makes. */
export function declareSealed(seal: Seal): Secret {
  const made = sealed(seal);
  declared.add(made);
  return made;
}

/** Opens a secret; gives what has gone wrong. */
export function unseal(value: Secret): Promise<TsplayError | undefined> {
  let opening = openings.get(value);
  if (opening === undefined) openings.set(value, (opening = opened(value)));
  return opening;
}

async function opened(value: Secret): Promise<TsplayError | undefined> {
  const seal = seals.get(value);
  if (isOpen(value) || seal === undefined) return undefined;
  try {
    learn(value, await seal.open(), { made: seal.made ?? false });
    return undefined;
  } catch (error) {
    if (!(error instanceof TsplayError)) throw error;
    learnFailure(value, error);
    return error;
  }
}

/**
 * Opens all secrets in some data, and those that playbooks have declared. Gives what has gone wrong, each once: without
 * a key, many fail by the same.
 */
export async function openSecrets(data: unknown): Promise<readonly TsplayError[]> {
  // Nobody knows yet whether these are needed. Where one is used that could not be opened, that is told.
  await Promise.all([...declared].map(unseal));
  const problems = await Promise.all([...secretsIn(data)].map(unseal));
  return [...new Set(problems)].filter((problem) => problem !== undefined);
}

/** What stands in the data of an inventory is opened for the hosts that are run on, and not because it is declared. */
export function holdSecrets(data: unknown): void {
  for (const one of secretsIn(data)) declared.delete(one);
}

function secretsIn(data: unknown): ReadonlySet<Secret> {
  const found = new Set<Secret>();
  const seen = new Set<object>();
  const look = (value: unknown): void => {
    if (value instanceof Secret) found.add(value);
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const one of Object.values(value)) look(one);
    }
  };
  look(data);
  return found;
}
