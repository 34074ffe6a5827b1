import { existsSync } from 'node:fs';
import type { Keyword } from './keywords.ts';
import { impossible } from './restrictions.ts';

const names: Partial<Record<Keyword, string>> = {
  ciphers: 'Ciphers',
  hostkeyalgorithms: 'HostKeyAlgorithms',
  kexalgorithms: 'KexAlgorithms',
  macs: 'MACs',
  pubkeyacceptedalgorithms: 'PubkeyAcceptedAlgorithms',
};

/** What ssh_config asks for that only OpenSSH itself can do, in words that end a sentence. */
export function reasonsForOpenssh(values: ReadonlyMap<Keyword, readonly string[]>): readonly string[] {
  const is = (keyword: Keyword, ...words: readonly string[]): boolean =>
    words.includes(values.get(keyword)?.[0]?.toLowerCase() ?? '');
  const set = (keyword: Keyword, ...but: readonly string[]): boolean =>
    values.has(keyword) && !is(keyword, 'none', ...but);
  const reasons: readonly (readonly [boolean, string])[] = [
    [set('certificatefile'), 'ssh_config names a certificate (CertificateFile)'],
    [set('pkcs11provider'), 'ssh_config wants keys of a token (PKCS11Provider)'],
    [set('securitykeyprovider', 'internal'), 'ssh_config wants security keys (SecurityKeyProvider)'],
    // Debian switches it on for all hosts; it means something only to those who have a ticket.
    [
      is('gssapiauthentication', 'yes', 'true') && hasTicket(),
      'there is a Kerberos ticket (GSSAPIAuthentication)',
    ],
    [is('hostbasedauthentication', 'yes', 'true'), 'ssh_config wants HostbasedAuthentication'],
    [set('knownhostscommand'), 'ssh_config has host keys from a command (KnownHostsCommand)'],
    [set('revokedhostkeys'), 'ssh_config names revoked host keys (RevokedHostKeys)'],
    [is('verifyhostkeydns', 'yes', 'true', 'ask'), 'ssh_config has host keys from DNS (VerifyHostKeyDNS)'],
    [is('proxyusefdpass', 'yes', 'true'), 'ssh_config has ProxyUseFdpass'],
    [set('bindinterface'), 'ssh_config names the interface to go out by (BindInterface)'],
    [set('canonicalizepermittedcnames'), 'ssh_config follows CNAMEs (CanonicalizePermittedCNAMEs)'],
    ...impossible(values).map(
      (keyword) =>
        [true, `ssh2 knows none of the algorithms in ssh_config's ${names[keyword] ?? keyword}`] as const,
    ),
  ];
  return reasons.flatMap(([applies, words]) => (applies ? [words] : []));
}

function hasTicket(): boolean {
  const cache = process.env['KRB5CCNAME'];
  if (cache !== undefined && !/^(?:FILE:)?\//.test(cache)) return true;
  return existsSync(cache?.replace(/^FILE:/, '') ?? `/tmp/krb5cc_${process.getuid?.() ?? 0}`);
}
