second-factor-page = Code eingeben
second-factor-title = Geben Sie Ihren Code ein
second-factor-text = Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie für { $host } anzeigt.
second-factor-recovery-text = Geben Sie einen der Wiederherstellungscodes ein, die Sie aufbewahrt haben. Jeder gilt einmal.
second-factor-label = Code
second-factor-hint = 6 Ziffern. Leerzeichen und Bindestriche sind in Ordnung.
second-factor-recovery-label = Wiederherstellungscode
second-factor-recovery-hint = 12 Buchstaben und Ziffern. Bindestriche und Großschreibung spielen keine Rolle.
second-factor-remember = Diesem Browser 30 Tage lang vertrauen
second-factor-remember-hint = Nicht auf einem gemeinsam genutzten Computer.
second-factor-submit = Weiter
second-factor-use-recovery = Wiederherstellungscode verwenden
second-factor-use-app = Ihre Authenticator-App verwenden
second-factor-other = Als andere Person anmelden
error-second-factor = Dieser Code stimmt nicht oder wurde bereits verwendet. Geben Sie den ein, der jetzt angezeigt wird.
error-recovery-code = Dieser Wiederherstellungscode stimmt nicht oder wurde bereits verwendet.
error-new-authenticator = Dieser Code stimmt nicht. Prüfen Sie, ob die Uhr Ihres Geräts richtig geht, und geben Sie den Code ein, der jetzt angezeigt wird.
authenticator-title = Authenticator-App
authenticator-none = Eine App auf Ihrem Telefon zeigt einen Code an, nach dem Sie zusätzlich zu Ihrem Passwort gefragt werden. Wer Ihr Passwort erfährt, kann sich dann trotzdem nicht anmelden.
authenticator-since = Hinzugefügt am { $since }.
authenticator-used = Zuletzt verwendet am { $used }.
authenticator-on = Ein
authenticator-add = Authenticator-App einrichten
authenticator-replace = Ersetzen
authenticator-replace-more = (Authenticator-App)
authenticator-remove = Entfernen
authenticator-remove-more = (Authenticator-App)
authenticator-scan-title = Zu Ihrer App hinzufügen
authenticator-scan = Scannen Sie das Bild mit Ihrer Authenticator-App oder geben Sie den Schlüssel dort ein. Geben Sie dann den Code ein, den die App anzeigt.
authenticator-keep = Bis dahin funktioniert die App, die Sie haben.
authenticator-picture = QR-Code mit dem Schlüssel unten
authenticator-key = Schlüssel
authenticator-confirm = Code bestätigen
authenticator-cancel = Abbrechen
authenticator-done-confirmed = Ihre Authenticator-App ist eingerichtet.
authenticator-done-removed = Ihre Authenticator-App ist entfernt. Sie melden sich allein mit Ihrem Passwort an.
recovery-codes-title = Wiederherstellungscodes
recovery-codes-text = Wenn Sie Ihre Authenticator-App verlieren, kommen Sie mit einem dieser Codes hinein. Jeder gilt einmal.
recovery-codes-left = Es sind noch { $left } Codes übrig.
recovery-codes-few = { $left ->
    [0] Es ist kein Code mehr übrig. Erstellen Sie jetzt neue.
    [one] Es ist nur noch ein Code übrig. Erstellen Sie bald neue.
   *[other] Es sind nur noch { $left } Codes übrig. Erstellen Sie bald neue.
  }
recovery-codes-new = Neue Codes erstellen
recovery-codes-new-text = Alle Codes, die Sie haben, gelten dann nicht mehr.
recovery-codes-shown = Diese Codes werden nur dieses eine Mal angezeigt. Bewahren Sie sie sicher auf, wo Sie sie auch ohne Ihr Telefon finden.
recovery-codes-of = Wiederherstellungscodes für { $host }
recovery-codes-copy = Kopieren
recovery-codes-copied = Kopiert.
recovery-codes-print = Drucken
recovery-codes-download = Herunterladen
enrolment-page = Zweiten Faktor hinzufügen
enrolment-title = Weisen Sie sich auf eine zweite Art aus
enrolment-app = Diese App
enrolment-text = { $app } verlangt einen zweiten Nachweis, dass Sie es sind. Erstellen Sie einen Passkey oder richten Sie eine Authenticator-App ein; sie schützt Ihr Konto von nun an.
enrolment-text-authenticator = { $app } verlangt einen zweiten Nachweis, dass Sie es sind. Richten Sie eine Authenticator-App ein; sie schützt Ihr Konto von nun an.
enrolment-text-passkey = { $app } verlangt mehr als das, womit Sie sich angemeldet haben. Verwenden Sie Ihren Passkey oder richten Sie eine Authenticator-App ein.
enrolment-passkey-use = Ihren Passkey verwenden
enrolment-passkey-script = Passkeys brauchen JavaScript. Eine Authenticator-App funktioniert auch ohne.
enrolment-insists = Ohne diesen Nachweis lässt { $app } Sie nicht hinein.
enrolment-cancel = Abbrechen und zurück zu { $app }
enrolment-later = Sie können dies später in Ihrem Konto unter „Sicherheit“ tun.
enrolment-without = Ohne fortfahren
enrolment-back = Einen anderen Weg wählen
enrolment-codes-title = Bewahren Sie Ihre Wiederherstellungscodes auf
enrolment-go-on = Ich habe sie aufbewahrt, weiter
trusted-title = Vertrauenswürdige Browser
trusted-text = Hier melden Sie sich allein mit Ihrem Passwort an. Das Vertrauen endet nach 30 Tagen, mit einem neuen Passwort und wenn sich Ihre Authenticator-App ändert.
trusted-facts = seit { $since } · zuletzt verwendet { $used } · bis { $until }
trusted-forget = Nicht mehr vertrauen
trusted-forget-all = Keinem mehr vertrauen
trusted-done = Diesem Browser wird nicht mehr vertraut.
mail-second-factor-not-you = Wenn Sie das nicht waren, öffnen Sie { $host }, wählen Sie „Passwort vergessen?“, legen Sie ein neues fest und prüfen Sie „Sicherheit“ in Ihrem Konto.
mail-authenticator-added-subject = Bei { $host } wurde eine Authenticator-App hinzugefügt
mail-authenticator-added-title = Eine Authenticator-App wurde hinzugefügt
mail-authenticator-added-text = Von nun an wird bei der Anmeldung bei Ihrem Konto bei { $host } nach einem Code Ihrer Authenticator-App gefragt.
mail-authenticator-replaced-subject = Ihre Authenticator-App bei { $host } wurde ersetzt
mail-authenticator-replaced-title = Ihre Authenticator-App wurde ersetzt
mail-authenticator-replaced-text = Bei der Anmeldung bei Ihrem Konto bei { $host } wird jetzt nach Codes einer anderen Authenticator-App gefragt. Die bisherige funktioniert nicht mehr.
mail-authenticator-removed-subject = Ihre Authenticator-App bei { $host } wurde entfernt
mail-authenticator-removed-title = Ihre Authenticator-App wurde entfernt
mail-authenticator-removed-text = Bei der Anmeldung bei Ihrem Konto bei { $host } wird nicht mehr nach einem Code gefragt. Auch Ihre Wiederherstellungscodes gelten nicht mehr.
mail-trusted-subject = Bei { $host } wird nun einem Browser vertraut
mail-trusted-title = Einem Browser wird nun vertraut
mail-trusted-text = In diesem Browser melden Sie sich 30 Tage lang allein mit Ihrem Passwort bei Ihrem Konto bei { $host } an: { $browser }. Nach einem Code Ihrer Authenticator-App wird dort nicht gefragt.
mail-recovery-made-subject = Bei { $host } wurden neue Wiederherstellungscodes erstellt
mail-recovery-made-title = Neue Wiederherstellungscodes wurden erstellt
mail-recovery-made-text = Für Ihr Konto bei { $host } wurden neue Wiederherstellungscodes erstellt. Ältere gelten nicht mehr.
mail-recovery-used-subject = Bei { $host } wurde ein Wiederherstellungscode verwendet
mail-recovery-used-title = Ein Wiederherstellungscode wurde verwendet
mail-recovery-used-text = Jemand, wahrscheinlich Sie, hat sich mit einem Wiederherstellungscode bei Ihrem Konto bei { $host } angemeldet. { $left ->
    [0] Es ist kein Code mehr übrig: Erstellen Sie in Ihrem Konto unter „Sicherheit“ neue.
    [1] Es ist noch ein Code übrig: Erstellen Sie in Ihrem Konto unter „Sicherheit“ neue.
    [2] Es sind noch zwei Codes übrig: Erstellen Sie in Ihrem Konto unter „Sicherheit“ neue.
    [3] Es sind noch drei Codes übrig: Erstellen Sie in Ihrem Konto unter „Sicherheit“ neue.
   *[other] Es sind noch { $left } Codes übrig.
  }
