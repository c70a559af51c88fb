export type { StoreContractTools, StoreUnderTest } from './store-contract/contract-tools';
export { storeContract } from './store-contract/store-contract';
