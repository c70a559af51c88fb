export { type StoreContractTools, type StoreUnderTest, storeContract } from './store-contract';
