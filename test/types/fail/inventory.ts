import { defineInventory } from 'tsplay';

export const misspelt = [
  defineInventory({ hosts: { web1: { adress: '192.0.2.1' } } }), // error: 'adress' does not exist in type 'HostData'
  defineInventory({ group: {} }), // error: 'group' does not exist in type
  defineInventory(() => ({ hosts: { web1: { port: '22' } } })), // error: is not assignable to parameter of type
  defineInventory({ groups: { web: { hosts: 'web1' } } }), // error: Type 'string' is not assignable to type 'readonly string[]'
];
