import { useState } from 'react';
import { messageFor } from '../api/messages';
import { fetchText } from '../api/send';
import { saveFile } from '../lib/download';
import { usePending } from '../lib/use-submit';
import { useSession } from '../session/session-context';
import { Button } from './button';

/** Fetches a CSV file with the session's cookies and saves it. */
export function DownloadButton({ path, name, children }: { path: string; name: string; children: string }) {
  const { client } = useSession();
  const { pending, run } = usePending();
  const [error, setError] = useState<string | undefined>();
  return (
    <div className="download">
      <Button
        look="secondary"
        busy={pending}
        onClick={() =>
          void run(async () => {
            try {
              saveFile(await client.renewing(() => fetchText(path)), { name, type: 'text/csv' });
              setError(undefined);
            } catch (failure) {
              setError(messageFor(failure));
            }
          })
        }
      >
        {children}
      </Button>
      {error === undefined ? null : (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
