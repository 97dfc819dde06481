// An address that leads nowhere.
import { SearchX } from 'lucide-react';
import { Link } from 'react-router';
import { useText } from '@/i18n';
import { buttonClass } from '@/ui/Button';
import { MessagePage } from '../chrome/MessagePage';

export function NotFound() {
  const t = useText();
  return (
    <MessagePage icon={<SearchX size={26} />} title={t('app.notFound')} body={t('app.notFoundBody')}>
      <Link to="/" className={buttonClass('strong')}>
        {t('app.goHome')}
      </Link>
    </MessagePage>
  );
}
