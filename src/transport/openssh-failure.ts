import { transportError } from '../errors/transport.ts';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { Dropped, isSshd } from './dropped.ts';
import { timeout } from './dial-directly.ts';
import { usualKnownHosts } from './known-hosts-files.ts';
import { acceptCommand } from './host-key-policy.ts';
import { whereOf, type Target } from './transport.ts';

/** Makes one of our errors of what ssh has said before it gave up. */
export function opensshFailure(target: Target, said: string): TsplayError | Dropped {
  const where = whereOf(target);
  const context = { host: target.name };
  const [, type = 'host', fingerprint = 'of which nothing more is known'] =
    /(?:fingerprint for|key fingerprint is|Server host key:)\s*(?:the )?([\w@.-]+)(?: key sent by the remote host is)?\s+(SHA256:\S+?)\.?\s/.exec(
      said,
    ) ?? [];
  const key = { ...where, type: type.toLowerCase(), fingerprint };
  const places = [...said.matchAll(/(?:Offending \S+ key in|marked as revoked in|key in) (\S+:\d+)/g)].map(
    ([, place = '']) => place,
  );
  if (/HAS CHANGED/.test(said)) return transportError('host-key-changed', { ...key, places }, context);
  if (/REVOKED|is revoked|marked as revoked/i.test(said)) {
    return transportError('host-key-revoked', { ...key, places }, context);
  }
  if (/Host key verification failed|No \S+ host key is known/.test(said)) {
    const files = target.knownHostsFiles.length > 0 ? target.knownHostsFiles : usualKnownHosts();
    const kind = key.type.replace(/^ssh-/, '');
    const accept = acceptCommand(target, kind, files[0] ?? '');
    return transportError('host-key-unknown', { ...key, files, warnings: [], kind, accept }, context);
  }
  const last = lastLine(said);
  const denied = /Permission denied \(([^)]*)\)|Too many authentication failures/.exec(said);
  if (denied !== null) {
    const tried = [...said.matchAll(/Offering public key: (\S+)/g)].map(([, name = '']) => name);
    return transportError('authentication-failed', { ...where, tried, skipped: [], problem: last }, context);
  }
  if (/Could not resolve hostname/.test(said)) return transportError('name-not-found', where, context);
  if (/Connection refused/.test(said)) return transportError('connection-refused', where, context);
  if (/timed out/.test(said)) return timeout(target);
  if (/Unable to negotiate|no matching/.test(said)) {
    return transportError('handshake-failed', { ...where, problem: last }, context);
  }
  if (/kex_exchange_identification|banner exchange|Connection (?:closed|reset) by/.test(said)) {
    const [, begin = ''] = /banner line 0: (.*)/.exec(said) ?? [];
    const words = begin.trim().slice(0, 200);
    return isSshd(words) ? new Dropped(words) : transportError('not-ssh', { ...where, said: words }, context);
  }
  return transportError('openssh-failed', { ...where, problem: last || 'it said nothing' }, context);
}

function lastLine(said: string): string {
  const lines = said.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('debug')).at(-1) ?? '';
}
