export { baseSystem, baseSystemVars, type BaseSystemOptions } from './base-system.ts';
export {
  inboundService,
  uplink,
  uplinkGateway,
  uplinkGatewayVars,
  type UplinkGatewayOptions,
} from './uplink-gateway.ts';
export {
  virtualService,
  virtualServiceDirector,
  virtualServiceServer,
  type DirectorOptions,
  type VirtualService,
} from './virtual-service.ts';
