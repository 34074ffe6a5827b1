import { handshakesTo, retried } from './retry.ts';
import { OpensshConnection } from './openssh-connection.ts';
import type { Transport } from './transport.ts';

/** Milliseconds; a login takes about that. */
const firstPause = 400;

/**
 * Reaches hosts with the system's `ssh`, a process for each host: for what only OpenSSH can do, such as certificates,
 * security keys and Kerberos.
 */
export const opensshTransport: Transport = {
  open: (target) =>
    handshakesTo(target).run(() => retried(target, firstPause, () => OpensshConnection.open(target))),
};
