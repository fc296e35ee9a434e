password-section-title = Passwort
password-section-none = Ihr Konto hat kein Passwort. Sie melden sich mit einem Passkey oder einem Code aus der E-Mail an.
password-section-since = Festgelegt am { $since }.
password-section-ends = Ein neues Passwort meldet Ihre anderen Browser und Apps ab. Hier bleiben Sie angemeldet.
password-section-short = Es ist zu kurz, um ohne Ihre Authenticator-App verwendet zu werden.
password-section-change = Passwort ändern
password-section-set = Passwort festlegen
password-section-save = Neues Passwort speichern
password-section-save-first = Passwort speichern
password-section-prove = Bestätigen Sie zuerst, dass Sie es sind.
password-section-remove = Passwort entfernen
password-section-remove-text = Danach melden Sie sich mit einem Passkey oder einem Code aus der E-Mail an.
password-done-set = Ihr neues Passwort ist gespeichert. Ihre anderen Browser und Apps sind abgemeldet.
password-done-removed = Ihr Passwort ist entfernt.
error-password-last = Dies ist Ihre einzige Möglichkeit, sich anzumelden. Erstellen Sie zuerst einen Passkey.
error-password-needs-factor = Ihr Passwort ist zu kurz, um allein verwendet zu werden. Wählen Sie eines mit mindestens { $min } Zeichen und entfernen Sie dann die App.
new-password-hint-kinds = Mindestens { $min } Zeichen: Kleinbuchstaben, Großbuchstaben, Ziffern und andere Zeichen.
new-password-hint-some-kinds = Mindestens { $min } Zeichen und { $kinds } davon: Kleinbuchstaben, Großbuchstaben, Ziffern, andere Zeichen.
new-password-hint-history = Keines Ihrer letzten { $history } Passwörter.
new-password-hint-age = Es gilt { $days } Tage lang.
strength-short = Zu kurz. { $left ->
    [one] Es fehlt noch ein Zeichen.
   *[other] Es fehlen noch { $left } Zeichen.
 }
strength-refused = Schwach. { $why }
strength-good = Gut. Mit einem weiteren Wort ohne Zusammenhang wäre es ausgezeichnet.
strength-excellent = Ausgezeichnet. Es ist sehr schwer zu erraten.
mail-no-password-subject = Das Passwort Ihres Kontos bei { $host } wurde entfernt
mail-no-password-preview = Wenn Sie das nicht waren, sehen Sie jetzt nach Ihrem Konto.
mail-no-password-title = Ihr Passwort wurde entfernt
mail-no-password-text = Ihr Konto bei { $host } hat kein Passwort mehr; Sie melden sich mit einem Passkey oder einem Code aus der E-Mail an. Browser und Apps, die vorher angemeldet waren, sind abgemeldet, außer dort, wo die Änderung vorgenommen wurde.
