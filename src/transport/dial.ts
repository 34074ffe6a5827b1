import type { Duplex } from 'node:stream';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { dialDirectly } from './dial-directly.ts';
import { dialProxyCommand } from './dial-proxy-command.ts';
import { dialThroughJump } from './dial-through-jump.ts';
import type { Target } from './transport.ts';

/** A stream of bytes to the sshd of a host. */
export interface Dialed {
  readonly stream: Duplex;
  /** Why what stood between has ended, where it was that. */
  readonly failure: () => Promise<TsplayError | undefined>;
}

/** Opens the way to a host. Throws a TsplayError that says why there is none, or Dropped. */
export function dial(target: Target): Promise<Dialed> {
  if (target.via !== undefined) return dialThroughJump(target, target.via);
  if (target.proxyCommand !== undefined) return dialProxyCommand(target, target.proxyCommand);
  return dialDirectly(target);
}
