import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Gives options with their keys in some order. */
export type Order = <const O extends object>(options: O) => O;

/** Plays by name. */
export type Plays = Readonly<Record<string, (as: Order) => void | Promise<void>>>;

const folder = new URL('every-module/', import.meta.url);
const files = readdirSync(fileURLToPath(folder)).toSorted();
const parts = await Promise.all(
  files.map((file) => import(new URL(file, folder).href) as Promise<{ readonly plays: Plays }>),
);

/** Plays that use every module with all its options, present and absent: those of all files in the folder beside. */
export const everyModule: Plays = Object.fromEntries(parts.flatMap(({ plays }) => Object.entries(plays)));
