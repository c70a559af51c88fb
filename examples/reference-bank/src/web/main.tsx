import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { sendRequest } from './api/send';
import { App } from './app';
import { applyTheme } from './components/theme-switch';
import { preferences } from './lib/preferences';
import { SessionProvider } from './session/session-context';
import './styles/index.css';

applyTheme(preferences.theme());

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no element with the id root');
}
createRoot(root).render(
  <StrictMode>
    <BrowserRouter>
      <SessionProvider send={sendRequest}>
        <App />
      </SessionProvider>
    </BrowserRouter>
  </StrictMode>,
);
