import { play } from 'tsplay';
import { ipvs } from 'tsplay/modules';

/**
 * A virtual service on a director, spread over real servers (layer 4). Choose it when many servers offer the same
 * service and no proxy should stand between: the kernel passes packets on, and with direct routing the answers do
 * not even come back through the director.
 *
 * It does not look at what is said (HTTP paths, TLS names), and it does not test its servers by itself.
 */
export default play('Director', { hosts: 'all', become: true }, () => {
  ipvs('web', {
    vip: '10.66.0.100',
    port: 80,
    scheduler: 'wrr',
    servers: [
      { address: '10.66.0.2', method: 'masquerading', weight: 3 },
      { address: '10.66.0.3', method: 'masquerading', weight: 1 },
    ],
  });
});
