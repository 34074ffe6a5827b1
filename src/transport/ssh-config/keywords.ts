/** What a value may be; gives what it must be where it is something else. */
type Check = (words: readonly string[]) => string | undefined;

const one: Check = (words) => (words.length === 1 && words[0] !== '' ? undefined : 'one word');
const some: Check = (words) => (words.includes('') ? 'words that are not empty' : undefined);
const oneOf =
  (...values: readonly string[]): Check =>
  ([word = '', ...more]) =>
    more.length === 0 && values.includes(word.toLowerCase())
      ? undefined
      : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
const flags = ['yes', 'no', 'true', 'false'];
const flag = oneOf(...flags);
const matching =
  (expression: RegExp, what: string): Check =>
  (words) =>
    words.length === 1 && expression.test(words[0] ?? '') ? undefined : what;
const number = matching(/^\d{1,9}$/, 'a whole number');
const time = matching(/^(?:none|(?:\d{1,9}[smhdw]?)+)$/i, 'a time, such as 30, 30s or 1m');
const port: Check = ([word = '', ...more]) =>
  more.length === 0 && /^\d{1,5}$/.test(word) && Number(word) >= 1 && Number(word) <= 65_535
    ? undefined
    : 'a port from 1 to 65535';
/** The rest of the line, whatever it is. */
const text: Check = () => undefined;

/** The keywords that have a meaning here, with what their values may be. */
const used = {
  addressfamily: oneOf('any', 'inet', 'inet6'),
  batchmode: flag,
  bindaddress: one,
  bindinterface: one,
  canonicaldomains: some,
  canonicalizefallbacklocal: flag,
  canonicalizehostname: oneOf(...flags, 'always', 'none'),
  canonicalizemaxdots: number,
  canonicalizepermittedcnames: some,
  certificatefile: one,
  ciphers: one,
  connecttimeout: time,
  forwardagent: one,
  globalknownhostsfile: some,
  gssapiauthentication: flag,
  hashknownhosts: flag,
  host: some,
  hostbasedauthentication: flag,
  hostkeyalgorithms: one,
  hostkeyalias: one,
  hostname: one,
  identitiesonly: flag,
  identityagent: one,
  identityfile: one,
  ignoreunknown: one,
  include: some,
  kbdinteractiveauthentication: flag,
  kexalgorithms: one,
  knownhostscommand: text,
  macs: one,
  match: some,
  passwordauthentication: flag,
  pkcs11provider: one,
  port,
  proxycommand: text,
  proxyjump: text,
  proxyusefdpass: flag,
  pubkeyacceptedalgorithms: one,
  pubkeyauthentication: oneOf(...flags, 'unbound', 'host-bound'),
  revokedhostkeys: one,
  securitykeyprovider: one,
  serveralivecountmax: number,
  serveraliveinterval: time,
  stricthostkeychecking: oneOf(...flags, 'off', 'ask', 'accept-new'),
  updatehostkeys: oneOf(...flags, 'ask'),
  user: one,
  userknownhostsfile: some,
  verifyhostkeydns: oneOf(...flags, 'ask'),
} as const satisfies Readonly<Record<string, Check>>;

export type Keyword = keyof typeof used;

/** What else OpenSSH knows. It says nothing about how a host is reached, or nothing that is needed here. */
const others =
  `addkeystoagent casignaturealgorithms channeltimeout checkhostip clearallforwardings compression connectionattempts
controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
exitonforwardfailure fingerprinthash forkafterauthentication forwardx11 forwardx11timeout forwardx11trusted gatewayports
gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey
gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms hostbasedkeytypes ipqos kbdinteractivedevices localcommand
localforward loglevel logverbose nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming
permitlocalcommand permitremoteopen preferredauthentications
refuseconnection rekeylimit remotecommand remoteforward requesttty requiredrsasize sendenv sessiontype setenv stdinnull
streamlocalbindmask streamlocalbindunlink syslogfacility tag tcpkeepalive tunnel tunneldevice versionaddendum
visualhostkey warnweakcrypto xauthlocation afstokenpassing cipher compressionlevel dsaauthentication fallbacktorsh
globalknownhostsfile2 kerberosauthentication kerberostgtpassing protocol protocolkeepalives rhostsauthentication
rhostsrsaauthentication rsaauthentication setuptimeout smartcarddevice useblacklistedkeys useprivilegedport useroaming
usersh userknownhostsfile2 usekeychain`.split(/\s+/);

/** Older and other names that OpenSSH still takes. */
const aliases: Readonly<Record<string, Keyword>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  identityfile2: 'identityfile',
  protocolkeepalives: 'serveraliveinterval',
  pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
  setuptimeout: 'serveraliveinterval',
  skeyauthentication: 'kbdinteractiveauthentication',
  tisauthentication: 'kbdinteractiveauthentication',
};

/** Keywords whose value is the rest of the line. */
const wholeLine: readonly string[] = ['proxycommand', 'proxyjump', 'knownhostscommand'];
/** Keywords of which every line adds to the ones before it. */
const adding: readonly string[] = ['identityfile', 'certificatefile'];

export const isAdding = (keyword: Keyword): boolean => adding.includes(keyword);
export const takesWholeLine = (keyword: Keyword): boolean => wholeLine.includes(keyword);

/** The keyword as it is used here; `known` where OpenSSH knows it and it does not matter; else undefined. */
export function keywordOf(word: string): Keyword | 'known' | undefined {
  const alias = aliases[word];
  if (alias !== undefined) return alias;
  if (Object.hasOwn(used, word)) return word as Keyword;
  return others.includes(word) ? 'known' : undefined;
}

/** All keywords, to find the one that was meant. */
export const allKeywords: readonly string[] = [...Object.keys(used), ...others];

/** What the value of a keyword must be, where it is not. */
export function valueProblem(keyword: Keyword, words: readonly string[]): string | undefined {
  return used[keyword](words);
}
