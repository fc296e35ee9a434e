second-factor-page = コードを入力
second-factor-title = コードを入力してください
second-factor-text = 認証アプリを開き、{ $host } に表示されているコードを入力してください。
second-factor-recovery-text = 保管しているリカバリーコードをどれか入力してください。それぞれ一度だけ使えます。
second-factor-label = コード
second-factor-hint = 6 桁の数字。空白やハイフンがあってもかまいません。
second-factor-recovery-label = リカバリーコード
second-factor-recovery-hint = 12 文字の英数字。ハイフンや大文字・小文字は区別しません。
second-factor-remember = このブラウザを 30 日間信頼する
second-factor-remember-hint = 共用のコンピュータでは選ばないでください。
second-factor-submit = 次へ
second-factor-use-recovery = リカバリーコードを使う
second-factor-use-app = 認証アプリを使う
second-factor-other = 別の人としてログイン
error-second-factor = このコードは正しくないか、すでに使われています。今表示されているコードを入力してください。
error-recovery-code = このリカバリーコードは正しくないか、すでに使われています。
error-new-authenticator = このコードは正しくありません。デバイスの時計が合っているか確認し、今表示されているコードを入力してください。
authenticator-title = 認証アプリ
authenticator-none = スマートフォンのアプリにコードが表示され、パスワードのあとにその入力を求められます。パスワードを知られても、ログインされることはありません。
authenticator-since = 追加日: { $since }。
authenticator-used = 最終使用: { $used }。
authenticator-on = オン
authenticator-add = 認証アプリを設定
authenticator-replace = 置き換える
authenticator-replace-more = (認証アプリ)
authenticator-remove = 削除
authenticator-remove-more = (認証アプリ)
authenticator-scan-title = アプリに追加
authenticator-scan = 認証アプリで画像を読み取るか、キーをアプリに入力してください。それから、アプリに表示されたコードを入力してください。
authenticator-keep = それまでは今のアプリが使えます。
authenticator-picture = 下のキーの QR コード
authenticator-key = キー
authenticator-confirm = コードを確認
authenticator-cancel = キャンセル
authenticator-done-confirmed = 認証アプリを設定しました。
authenticator-done-removed = 認証アプリを削除しました。パスワードだけでログインします。
recovery-codes-title = リカバリーコード
recovery-codes-text = 認証アプリを失っても、このコードのどれかで入れます。それぞれ一度だけ使えます。
recovery-codes-left = 残りのコード: { $left } 個
recovery-codes-few = { $left ->
    [0] コードが残っていません。今すぐ新しく作成してください。
   *[other] コードはあと { $left } 個です。早めに新しく作成してください。
  }
recovery-codes-new = 新しいコードを作成
recovery-codes-new-text = 今あるコードはすべて使えなくなります。
recovery-codes-shown = これらのコードが表示されるのは今回だけです。スマートフォンがなくても取り出せる安全な場所に保管してください。
recovery-codes-of = { $host } のリカバリーコード
recovery-codes-copy = コピー
recovery-codes-copied = コピーしました。
recovery-codes-print = 印刷
recovery-codes-download = ダウンロード
enrolment-page = 二つ目の要素を追加
enrolment-title = もう一つの方法で本人確認
enrolment-app = このアプリ
enrolment-text = { $app } は、ご本人であることの二つ目の証明を求めています。パスキーを作成するか、認証アプリを設定してください。今後アカウントを守ります。
enrolment-text-authenticator = { $app } は、ご本人であることの二つ目の証明を求めています。認証アプリを設定してください。今後アカウントを守ります。
enrolment-text-passkey = { $app } は、今回のログインよりも強い証明を求めています。パスキーを使うか、認証アプリを設定してください。
enrolment-passkey-use = パスキーを使う
enrolment-passkey-script = パスキーには JavaScript が必要です。認証アプリはなくても使えます。
enrolment-insists = これがないと { $app } を使えません。
enrolment-cancel = キャンセルして { $app } に戻る
enrolment-later = あとでアカウントの「セキュリティ」から設定できます。
enrolment-without = 設定せずに続ける
enrolment-back = 別の方法を選ぶ
enrolment-codes-title = リカバリーコードを保管してください
enrolment-go-on = 保管したので次へ進む
trusted-title = 信頼されたブラウザ
trusted-text = ここではパスワードだけでログインできます。信頼は 30 日後、パスワードを変えたとき、認証アプリが変わったときに終わります。
trusted-facts = 開始: { $since } · 最終使用: { $used } · 期限: { $until }
trusted-forget = 信頼をやめる
trusted-forget-all = すべての信頼をやめる
trusted-done = そのブラウザは信頼されなくなりました。
mail-second-factor-not-you = お心当たりがなければ、{ $host } を開き、「パスワードをお忘れですか？」から新しいパスワードを設定し、アカウントの「セキュリティ」を確認してください。
mail-authenticator-added-subject = { $host } に認証アプリが追加されました
mail-authenticator-added-title = 認証アプリが追加されました
mail-authenticator-added-text = 今後、{ $host } のアカウントにログインするときは、認証アプリのコードが必要です。
mail-authenticator-replaced-subject = { $host } の認証アプリが置き換えられました
mail-authenticator-replaced-title = 認証アプリが置き換えられました
mail-authenticator-replaced-text = { $host } のアカウントにログインするときは、別の認証アプリのコードが必要になりました。以前のアプリは使えません。
mail-authenticator-removed-subject = { $host } の認証アプリが削除されました
mail-authenticator-removed-title = 認証アプリが削除されました
mail-authenticator-removed-text = { $host } のアカウントにログインするときに、コードは求められなくなりました。リカバリーコードも使えなくなりました。
mail-trusted-subject = { $host } でブラウザが信頼されました
mail-trusted-title = ブラウザが信頼されました
mail-trusted-text = 次のブラウザでは、30 日間、パスワードだけで { $host } のアカウントにログインできます: { $browser }。そこでは認証アプリのコードは求められません。
mail-recovery-made-subject = { $host } で新しいリカバリーコードが作成されました
mail-recovery-made-title = 新しいリカバリーコードが作成されました
mail-recovery-made-text = { $host } のアカウントに新しいリカバリーコードが作成されました。以前のコードは使えません。
mail-recovery-used-subject = { $host } でリカバリーコードが使われました
mail-recovery-used-title = リカバリーコードが使われました
mail-recovery-used-text = 誰か (おそらくご本人) が、リカバリーコードで { $host } のアカウントにログインしました。{ $left ->
    [0] コードが残っていません。アカウントの「セキュリティ」で新しく作成してください。
    [1] 残りのコードは 1 個です。アカウントの「セキュリティ」で新しく作成してください。
    [2] 残りのコードは 2 個です。アカウントの「セキュリティ」で新しく作成してください。
    [3] 残りのコードは 3 個です。アカウントの「セキュリティ」で新しく作成してください。
   *[other] 残りのコードは { $left } 個です。
  }
