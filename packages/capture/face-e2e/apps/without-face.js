import { recordTyping } from '@tacit-auth/capture';

document.querySelector('button').onclick = () =>
  recordTyping(document.querySelector('input'), { mode: 'secret', field: 'password' }).start();
