import { option, type OptionRule } from '../../src/steps/index.ts';

const accountName = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/;

/** What is wrong with the name of a user or a group. */
export function accountNameProblems(name: string, what = 'the name'): readonly string[] {
  // What shadow-utils take; more than 32 characters do not fit into the records of logins.
  return accountName.test(name) && name.length <= 32
    ? []
    : [
        `${what} must be at most 32 letters, digits, '_', '-' and '.', and begin with a letter or '_', not ${option.quoted(name)}`,
      ];
}

/** The name of a user or a group. */
export const account: OptionRule = (name, value) => {
  const wrong = option.line()(name, value);
  return wrong.length > 0 ? wrong : accountNameProblems(String(value), name);
};

/** A list of names, each once. */
export const accounts: OptionRule = (name, value) => {
  const wrong = option.listOf(account)(name, value);
  if (wrong.length > 0) return wrong;
  const names = value as readonly string[];
  return names.flatMap((one, index) =>
    names.indexOf(one) < index ? [`${name} has ${option.quoted(one)} twice`] : [],
  );
};

/** The number of a user or a group. The last one means "none" to the kernel. */
export const accountNumber: OptionRule = option.whole(0, 4_294_967_294);

/** A path that can stand between the colons of /etc/passwd. */
export const accountPath: OptionRule = (name, value) => {
  const wrong = option.path(name, value);
  return wrong.length > 0 || !String(value).includes(':')
    ? wrong
    : [`${name} must have no ':', which ends a field of /etc/passwd: ${option.quoted(String(value))}`];
};

/** The comment of a user: any text of one line without a colon. */
export const comment: OptionRule = (name, value) => {
  if (value === '') return [];
  const wrong = option.line()(name, value);
  if (wrong.length > 0) return wrong;
  const text = String(value);
  return [
    ...(text.includes(':')
      ? [`${name} must have no ':', which ends a field of /etc/passwd: ${option.quoted(text)}`]
      : []),
    ...(new TextEncoder().encode(text).length > 255 ? [`${name} must be at most 255 bytes long`] : []),
  ];
};

/** A day: `2027-01-31`. */
export const day: OptionRule = option.rule("'never' or a day such as '2027-01-31'", (value) => {
  if (value === 'never') return true;
  if (typeof value !== 'string' || !/^(19[7-9]|2\d\d)\d-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return time > 0 && new Date(time).toISOString().startsWith(value);
});
