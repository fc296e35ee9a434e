error-identifier-empty = Geben Sie Ihre E-Mail-Adresse ein.
error-password-empty = Geben Sie Ihr Passwort ein.
error-credentials = E-Mail-Adresse oder Passwort stimmt nicht. Versuchen Sie es noch einmal oder setzen Sie Ihr Passwort zurück.
error-credentials-start = E-Mail-Adresse oder Passwort stimmt nicht.
error-credentials-again = Versuchen Sie es noch einmal
error-credentials-or = oder
error-credentials-reset = setzen Sie Ihr Passwort zurück
error-credentials-end = .
error-password-again = Geben Sie Ihr Passwort noch einmal ein.
error-too-many = Zu viele Versuche. Versuchen Sie es in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
  } noch einmal.
error-work = Aus Ihrem Netz kamen viele Anfragen. Bitte warten Sie { $seconds ->
    [one] eine Sekunde
   *[other] { $seconds } Sekunden
  } und betätigen Sie die Schaltfläche dann erneut.
error-too-many-over = Sie können es jetzt noch einmal versuchen.
error-too-many-minutes = Zu viele Versuche. Versuchen Sie es in { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
  } noch einmal.
error-too-many-passkey = Zu viele Versuche. Versuchen Sie es in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
  } noch einmal oder verwenden Sie einen Passkey.
error-too-many-minutes-passkey = Zu viele Versuche. Versuchen Sie es in { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
  } noch einmal oder verwenden Sie einen Passkey.
error-busy = Der Dienst ist gerade stark ausgelastet. Versuchen Sie es gleich noch einmal.
error-unavailable = Der Dienst kann gerade nicht antworten. Versuchen Sie es gleich noch einmal.
error-email = Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.
error-name = Wählen Sie einen Namen mit höchstens 100 Zeichen, ohne Sonderzeichen.
error-password-short = Wählen Sie ein Passwort mit mindestens { $min } Zeichen.
error-password-long = Wählen Sie ein Passwort mit höchstens 256 Zeichen.
error-password-kinds = Verwenden Sie mindestens { $min } davon: Kleinbuchstaben, Großbuchstaben, Ziffern, andere Zeichen.
error-password-common = Dieses Passwort ist in einem Datenleck aufgetaucht. Wählen Sie ein anderes.
error-password-guessed = Dieses Passwort ist leicht zu erraten. Einige Wörter ohne Zusammenhang sind schwer zu erraten und leicht zu merken.
error-password-expired = Dieses Passwort ist zu alt, um sich damit anzumelden. Wählen Sie über „Passwort vergessen?“ unten ein neues.
error-password-before = Dieses Passwort hatten Sie schon einmal. Wählen Sie ein anderes.
error-code = Dieser Code funktioniert nicht. Prüfen Sie ihn, lassen Sie sich einen neuen senden oder öffnen Sie den Link in der E-Mail.
error-link = Dieser Link funktioniert nicht mehr.
error-weaker = Sie haben sich hier mit einem Passkey angemeldet. Verwenden Sie ihn wieder oder melden Sie sich zuerst ab.
error-address-code = Dieser Code funktioniert nicht. Prüfen Sie ihn oder beginnen Sie von vorn.
error-address-same = Das ist bereits die Adresse Ihres Kontos.
error-asked-elsewhere = Dieser Link wurde in einem anderen Browser angefordert. Lesen Sie, was er bewirkt, und speichern Sie dann erneut.
error-email-taken = Mit dieser E-Mail-Adresse gibt es bereits ein Konto.
error-detail = Verwenden Sie höchstens 100 Zeichen, ohne Sonderzeichen.
error-birthdate = Schreiben Sie das Datum als Jahr, Monat und Tag, zum Beispiel 1990-12-31, oder nur das Jahr.
error-website = Schreiben Sie eine vollständige Webadresse, zum Beispiel https://example.com.
error-phone = Schreiben Sie die Nummer mit + und der Landesvorwahl, zum Beispiel +44 20 7946 0000.
error-changed-meanwhile = Ihr Profil wurde in einem anderen Fenster geändert. Prüfen Sie es und speichern Sie erneut.
error-decision = Wählen Sie „Zulassen“ oder „Abbrechen“.
error-device-decision = Wählen Sie „Zulassen“ oder „Ablehnen“.
error-user-code = Dieser Code funktioniert nicht. Prüfen Sie ihn auf Ihrem Gerät oder lassen Sie das Gerät einen neuen anzeigen.
error-expired = Diese Anmeldung ist abgelaufen. Beginnen Sie von vorn.
error-signed-out = Sie sind nicht mehr angemeldet.
error-not-found = Das gibt es hier nicht.
