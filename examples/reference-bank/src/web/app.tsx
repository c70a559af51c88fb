import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Loading } from './components/page';
import { PublicLayout } from './components/public-layout';
import { SignedInLayout } from './components/signed-in-layout';
import { AccountsPage } from './pages/accounts';
import { CollectCardPage } from './pages/collect-card';
import { HomePage } from './pages/home';
import { MailboxPage } from './pages/mailbox';
import { NotFoundPage } from './pages/not-found';
import { RegisterPage } from './pages/register/register-page';
import { ResetPage } from './pages/reset';
import { ChangePasswordPage } from './pages/security/change-password-page';
import { EnrolFacePage } from './pages/security/enrol-face-page';
import { EnrolTypingPage } from './pages/security/enrol-typing-page';
import { SecurityPage } from './pages/security/security-page';
import { SignInPage } from './pages/sign-in';
import { StepUpPage } from './pages/step-up';
import { TransactionsPage } from './pages/transactions';
import { TransferPage } from './pages/transfer/transfer-page';
import { SessionChecks } from './session/session-checks';

/** Customers never load it. */
const OperatorConsole = lazy(() => import('./pages/operator/console-layout'));

export function App() {
  return (
    <SessionChecks>
      <Routes>
        <Route element={<PublicLayout />}>
          <Route index element={<HomePage />} />
          <Route path="sign-in" element={<SignInPage />} />
          <Route path="step-up" element={<StepUpPage />} />
          <Route path="register" element={<RegisterPage />} />
          <Route path="reset" element={<ResetPage />} />
          <Route path="collect-card" element={<CollectCardPage />} />
          <Route path="mailbox" element={<MailboxPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
        <Route element={<SignedInLayout />}>
          <Route path="accounts" element={<AccountsPage />} />
          <Route path="transfer" element={<TransferPage />} />
          <Route path="transactions" element={<TransactionsPage />} />
          <Route path="security" element={<SecurityPage />} />
          <Route path="security/password" element={<ChangePasswordPage />} />
          <Route path="security/typing" element={<EnrolTypingPage />} />
          <Route path="security/face" element={<EnrolFacePage />} />
          <Route
            path="operator/*"
            element={
              <Suspense fallback={<Loading what="the console" />}>
                <OperatorConsole />
              </Suspense>
            }
          />
        </Route>
      </Routes>
    </SessionChecks>
  );
}
