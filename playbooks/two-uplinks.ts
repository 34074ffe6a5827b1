import { play } from 'tsplay';
import { uplinkGateway, uplinkGatewayVars } from './roles/uplink-gateway.ts';

/**
 * A gateway by two providers, which is all in its role: marked traffic by one or the other, the rest by weight, sources
 * translated, services inside reached from both.
 */
export default play('Gateways', { hosts: 'gateways', become: true, vars: uplinkGatewayVars }, ({ vars }) => {
  uplinkGateway(vars);
});
