import { option, type OptionRule, type OptionRules } from '../../src/steps/index.ts';

/** What a key may do, in the words of sshd(8). */
export interface KeyOptions {
  /** Forbids all that can be forbidden; the flags below then allow it again. @defaultValue false */
  readonly restrict?: boolean;
  /** It does not log in itself: certificates that it has signed do. @defaultValue false */
  readonly certAuthority?: boolean;
  /** Of these certificates, those for one of these names; only with `certAuthority`. @defaultValue for the user's own name */
  readonly principals?: readonly string[];
  /** Runs this, whatever the client asks for. @defaultValue what the client asks for */
  readonly command?: string;
  /** Addresses, networks or names of clients that may use it; `!` before one excludes it. @defaultValue any */
  readonly from?: readonly string[];
  /** Environment variables of the session, where sshd permits that. @defaultValue none */
  readonly environment?: Readonly<Record<string, string>>;
  /** The day or time on which it expires: `'20270131'` or `'202701311200'`. @defaultValue never */
  readonly expiryTime?: string;
  /** Where connections may be forwarded to: `'10.0.0.1:5432'`. @defaultValue anywhere */
  readonly permitopen?: readonly string[];
  /** Where connections may be forwarded from. @defaultValue anywhere */
  readonly permitlisten?: readonly string[];
  /** The tun device of the host that it gets, by its number. @defaultValue the next one that is free */
  readonly tunnel?: number;
  /** A key in hardware need not be touched. @defaultValue false */
  readonly noTouchRequired?: boolean;
  /** A key in hardware must have verified its user, such as by a PIN. @defaultValue false */
  readonly verifyRequired?: boolean;
  /** Whether it may forward an agent. @defaultValue true, and false with `restrict` */
  readonly agentForwarding?: boolean;
  /** Whether it may forward ports. @defaultValue true, and false with `restrict` */
  readonly portForwarding?: boolean;
  /** Whether it gets a terminal. @defaultValue true, and false with `restrict` */
  readonly pty?: boolean;
  /** Whether `~/.ssh/rc` is run. @defaultValue true, and false with `restrict` */
  readonly userRc?: boolean;
  /** Whether it may forward X11. @defaultValue true, and false with `restrict` */
  readonly x11Forwarding?: boolean;
}

const flags = {
  agentForwarding: 'agent-forwarding',
  portForwarding: 'port-forwarding',
  pty: 'pty',
  userRc: 'user-rc',
  x11Forwarding: 'X11-forwarding',
} as const;

const pattern = option.line(
  /^[^\s,"\\]+$/,
  'a name, an address or a pattern without blanks, commas or quotes',
);

const rules: OptionRules<KeyOptions> = {
  restrict: option.flag,
  certAuthority: option.flag,
  principals: option.listOf(pattern, 1),
  tunnel: option.whole(0, 65_535),
  noTouchRequired: option.flag,
  verifyRequired: option.flag,
  command: option.line(),
  from: option.listOf(pattern, 1),
  environment: option.mapOf(option.word, (key) =>
    /^[A-Za-z_]\w*$/.test(key)
      ? undefined
      : `${option.quoted(key)} cannot be the name of an environment variable`,
  ),
  expiryTime: option.line(/^\d{8}(\d{4}(\d\d)?)?Z?$/, "a day or time such as '20270131' or '202701311200'"),
  permitopen: option.listOf(pattern, 1),
  permitlisten: option.listOf(pattern, 1),
  agentForwarding: option.flag,
  portForwarding: option.flag,
  pty: option.flag,
  userRc: option.flag,
  x11Forwarding: option.flag,
};

/** The options of a key. No text of one may end its line. */
export const keyOptions: OptionRule = (name, value) => {
  const wrong = option.objectOf(rules)(name, value);
  if (wrong.length > 0) return wrong;
  const { environment = {}, principals, certAuthority = false } = value as KeyOptions;
  if (principals !== undefined && !certAuthority)
    return [`${name}.principals makes no sense without certAuthority`];
  return Object.entries(environment).flatMap(([key, text]) =>
    /\p{Cc}/u.test(text)
      ? [`${name}.environment.${key} must have no newlines or other control characters`]
      : [],
  );
};

/** The options as they stand before a key; nothing, if there are none. */
export function keyOptionsText(o: KeyOptions): string {
  const quoted = (word: string, text: string): string => `${word}="${text.replaceAll('"', '\\"')}"`;
  const flag = (key: keyof typeof flags): readonly string[] =>
    o[key] === undefined ? [] : [o[key] ? flags[key] : `no-${flags[key]}`];
  return [
    ...(o.restrict === true ? ['restrict'] : []),
    ...(o.certAuthority === true ? ['cert-authority'] : []),
    ...(o.principals === undefined ? [] : [quoted('principals', o.principals.join(','))]),
    ...(o.from === undefined ? [] : [quoted('from', o.from.join(','))]),
    ...(o.command === undefined ? [] : [quoted('command', o.command)]),
    ...Object.entries(o.environment ?? {}).map(([key, text]) => quoted('environment', `${key}=${text}`)),
    ...(o.expiryTime === undefined ? [] : [quoted('expiry-time', o.expiryTime)]),
    ...(o.permitopen ?? []).map((one) => quoted('permitopen', one)),
    ...(o.permitlisten ?? []).map((one) => quoted('permitlisten', one)),
    ...(o.tunnel === undefined ? [] : [quoted('tunnel', String(o.tunnel))]),
    ...(o.noTouchRequired === true ? ['no-touch-required'] : []),
    ...(o.verifyRequired === true ? ['verify-required'] : []),
    ...flag('agentForwarding'),
    ...flag('portForwarding'),
    ...flag('pty'),
    ...flag('userRc'),
    ...flag('x11Forwarding'),
  ].join(',');
}
