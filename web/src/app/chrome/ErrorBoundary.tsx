// The last net: a bug shows a way on, never a blank page.
import { Component, type ReactNode } from 'react';
import { languageStore } from '@/i18n';
import { Button } from '@/ui/Button';

interface State {
  readonly broken: boolean;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { broken: false };

  static getDerivedStateFromError(): State {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    const { t } = languageStore.getState();
    return (
      <main className="grid min-h-dvh place-items-center p-6">
        <div role="alert" className="max-w-96 text-center">
          <h1 className="text-2xl font-semibold">{t('app.crashed')}</h1>
          <p className="mt-2 mb-6 text-lg text-soft">{t('app.crashedBody')}</p>
          <Button tone="strong" onClick={() => location.reload()}>
            {t('app.reload')}
          </Button>
        </div>
      </main>
    );
  }
}
