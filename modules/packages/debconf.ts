import {
  builtins,
  defineModule,
  entries,
  option,
  reading,
  Secret,
  sh,
  value,
  withSecrets,
  type Claim,
  type OptionRule,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { sameName } from '../tools.ts';
import { debconfFunctions, owners, questions } from './debconf-shell.ts';

const types = ['string', 'boolean', 'select', 'multiselect', 'password', 'text', 'note', 'title'] as const;
type DebconfType = (typeof types)[number];

/** What a question of debconf is answered by: a line, yes or no, or of several choices some. */
export type DebconfValue = string | boolean | readonly string[] | Secret;

/** An answer whose type does not show. */
export interface TypedDebconfAnswer {
  /** The type that the question has in the package: `'select'` for one of several choices. */
  readonly type: DebconfType;
  /** The answer. */
  readonly value: DebconfValue;
}

interface Present {
  /**
   * Answers by question, as `debconf-show` lists them. A text is of type `string`, true and false are `boolean`, a list is
   * `multiselect`, a secret is `password`: say the type where that is wrong and the package is not there yet.
   */
  readonly answers: Readonly<Record<string, DebconfValue | TypedDebconfAnswer>>;
  /** The questions count as answered and are not asked any more. @defaultValue true */
  readonly seen?: boolean;
  /**
   * Only while the package is not installed yet: for answers that it forgets once it has used them, as it should with
   * passwords. @defaultValue false
   */
  readonly beforeInstall?: boolean;
  readonly questions?: never;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** The questions are not answered: each has its default again, or is gone where the package is. */
  readonly state: 'absent';
  /** These. Left out where there are `answers`. */
  readonly questions: readonly string[];
  readonly answers?: never;
  readonly seen?: never;
  readonly beforeInstall?: never;
}

/** Options of {@link debconf}. */
export type DebconfOptions = Present | Absent;

const question = /^[A-Za-z0-9][\w.+-]*(?:\/[\w.+-]+)+$/;
const like = "a question such as 'postfix/mailname'";

// What debconf gives back as it got it: it takes a backslash before an n for the end of a line.
const keepable = /^\S(?:.*\S)?$(?<!\\n.*)/;
const kept = 'one line without \\n in it and without blanks at its ends';

const plain: OptionRule = (name, given) =>
  Array.isArray(given)
    ? option.listOf(option.line(/^[^,\s](?:[^,]*[^,\s])?$(?<!\\n.*)/, 'a choice without a comma'), 1)(
        name,
        given,
      )
    : typeof given === 'boolean' || given instanceof Secret || given === ''
      ? []
      : option.line(keepable, `${kept}, true or false, a list or a secret`)(name, given);
const typed = option.objectOf({ type: option.oneOf(...types), value: plain }, ['type', 'value']);
const answer: OptionRule = (name, given) => (option.isPlain(given) ? typed : plain)(name, given);
const answers = option.mapOf(answer, (key) =>
  question.test(key) && key.length <= 200 ? undefined : `${option.quoted(key)} is not ${like}`,
);

const options: OptionRules<DebconfOptions> = {
  answers: (name, given) =>
    option.isPlain(given) && Object.keys(given).length === 0
      ? [`${name} must not be empty`]
      : answers(name, given),
  seen: option.flag,
  beforeInstall: option.flag,
  questions: option.listOf(option.line(question, like), 1),
  state: option.oneOf('present', 'absent'),
};

/**
 * Answers to what a package asks when it is installed, for Debian and what comes from it: the task stands before its
 * {@link pkg}. A package that is there finds them at its next upgrade, or when `dpkg-reconfigure` is run; many take what
 * their configuration files say instead. Answers are read back from debconf; secret ones stand on no command line and are
 * not shown.
 *
 * @example
 * debconf('postfix', {
 *   answers: {
 *     'postfix/main_mailer_type': { type: 'select', value: 'Internet Site' },
 *     'postfix/mailname': 'mail.example.org',
 *   },
 * });
 * pkg('postfix');
 * @example
 * debconf('slapd', { answers: { 'slapd/password1': password, 'slapd/password2': password }, beforeInstall: true })
 * @see https://manpages.debian.org/bookworm/debconf-doc/debconf.7.en.html
 */
export const debconf = defineModule<DebconfOptions>('debconf', {
  options,
  claims: (name, o): readonly Claim[] =>
    o.state === 'absent'
      ? o.questions.map((one) => ({ resource: `debconf:${one}`, value: 'unanswered' }))
      : Object.entries(o.answers).map(([one, given]) => {
          const { value: wanted } = typedAnswer(given);
          return {
            resource: `debconf:${one}`,
            value: wanted instanceof Secret ? `secret of ${name}` : wanted,
          };
        }),
  check(name, o, problem) {
    if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name))
      problem(`the name must be that of a package of Debian, not ${option.quoted(name)}`);
    if (o.state === 'absent') {
      checkAbsent(o, ['questions'], problem);
      if (o.questions === undefined) problem('questions is missing: which are to have no answer?');
      else if (new Set(o.questions).size < o.questions.length) problem('questions has one twice');
      return;
    }
    if (o.answers === undefined) problem("answers is missing (or say state: 'absent')");
    if (o.questions !== undefined) problem("questions makes no sense without state: 'absent'");
  },
  steps(name, o, call) {
    const tool = sameName('debconf-communicate', 'debconf');
    if (o.state === 'absent') return [tool, unanswered(name, o.questions)];
    const all = Object.entries(o.answers).map(([one, given]) => ({ question: one, ...typedAnswer(given) }));
    const open = all.flatMap((one) => (one.value instanceof Secret ? [] : [{ ...one, value: one.value }]));
    return [
      tool,
      ...(open.length === 0 ? [] : [answered(name, o, open)]),
      ...all.flatMap(({ value: hidden, ...one }) => {
        if (!(hidden instanceof Secret)) return [];
        const want = withSecrets((reveal) => {
          const text = reveal(hidden);
          if (!keepable.test(text) || /\p{Cc}/u.test(text))
            call.problem(`answers.${one.question} must be ${kept}`);
          return `=${text}`;
        });
        return [hiddenAnswer(name, o, { ...one, value: want })];
      }),
    ];
  },
});

interface Answer<V> {
  readonly question: string;
  readonly type: DebconfType;
  readonly value: V;
}

function typedAnswer(given: DebconfValue | TypedDebconfAnswer): Omit<Answer<string | Secret>, 'question'> {
  if (given instanceof Secret) return { type: 'password', value: given };
  if (typeof given === 'boolean') return { type: 'boolean', value: String(given) };
  if (typeof given === 'string') return { type: 'string', value: given };
  if (isTyped(given)) return { ...typedAnswer(given.value), type: given.type };
  return { type: 'multiselect', value: given.join(', ') };
}

const isTyped = (given: TypedDebconfAnswer | readonly string[]): given is TypedDebconfAnswer =>
  !Array.isArray(given);

function answered(owner: string, o: Present, all: readonly Answer<string>[]): Step {
  const names = all.map((one) => one.question);
  const seen = o.seen === false ? 'unseen' : 'seen';
  const want = all.map((one) => [one.question, seen, ...(one.value === '' ? [] : [one.value])]);
  const kinds = all.map((one) => `${one.question}\t${one.type}`).join('\n');
  const set = sh`ts_find "$1" ${kinds} && debconf_set ${owner} "\${TS_LINE#*"$TS_TAB"}" "$1" "$2" "\${3-}"`;
  const now = builtins`debconf_answers ${names}`;
  return entries(`answers for ${owner}`, {
    uses: [debconfFunctions, questions(names), ...(o.beforeInstall === true ? [owners([owner])] : [])],
    list:
      o.beforeInstall === true
        ? builtins`if debconf_installed ${owner}; then ts_say ${want.map((one) => one.join('\t')).join('\n')}; else ${now}; fi`
        : now,
    want,
    exclusive: false,
    add: set,
    change: set,
    remove: sh`debconf_forget ${owner} "$1"`,
    lifetime: 'disk',
  });
}

function hiddenAnswer(owner: string, o: Present, one: Answer<string | Secret>): Step {
  const now = builtins`debconf_say ${one.question}`;
  return value(`the answer to ${one.question}`, {
    uses: [
      debconfFunctions,
      questions([one.question]),
      ...(o.beforeInstall === true ? [owners([owner])] : []),
    ],
    read: reading(
      o.beforeInstall === true
        ? builtins`if debconf_installed ${owner}; then ts_say "$TS_WANT"; else ${now}; fi`
        : now,
    ),
    want: one.value,
    secret: true,
    write: sh`debconf_hidden ${owner} ${one.type} ${one.question} "$1"`,
    lifetime: 'disk',
  });
}

function unanswered(owner: string, names: readonly string[]): Step {
  return entries(`answers for ${owner}`, {
    uses: [debconfFunctions, questions(names)],
    list: builtins`debconf_seen ${names}`,
    want: [],
    unwanted: names,
    exclusive: false,
    add: sh`debconf_set ${owner} "$2" "$1" seen "\${3-}"`,
    remove: sh`debconf_reset ${owner} "$1"`,
    lifetime: 'disk',
  });
}
