password-section-title = Password
password-section-none = Your account has no password. A passkey or a code from the mail signs you in.
password-section-since = Set on { $since }.
password-section-ends = A new password signs out your other browsers and apps. You stay signed in here.
password-section-short = It is too short to be used without your authenticator app.
password-section-change = Change password
password-section-set = Set a password
password-section-save = Save new password
password-section-save-first = Save password
password-section-prove = Confirm it is you first.
password-section-remove = Remove password
password-section-remove-text = A passkey or a code from the mail signs you in then.
password-done-set = Your new password is saved. Your other browsers and apps are signed out.
password-done-removed = Your password is removed.
error-password-last = This is your only way to sign in. Create a passkey first.
error-password-needs-factor = Your password is too short to be used alone. Choose one of at least { $min } characters, then remove the app.
new-password-hint-kinds = At least { $min } characters: small letters, capital letters, digits and other characters.
new-password-hint-some-kinds = At least { $min } characters, and { $kinds } of these: small letters, capital letters, digits, other characters.
new-password-hint-history = Not one of your last { $history } passwords.
new-password-hint-age = It is good for { $days } days.
strength-short = Too short. { $left ->
    [one] One more character is needed.
   *[other] { $left } more characters are needed.
 }
strength-refused = Weak. { $why }
strength-good = Good. One more unrelated word would make it excellent.
strength-excellent = Excellent. It is very hard to guess.
mail-no-password-subject = The password of your account at { $host } was removed
mail-no-password-preview = If it was not you, look after your account now.
mail-no-password-title = Your password was removed
mail-no-password-text = Your account at { $host } no longer has a password; a passkey or a code from the mail signs you in. Browsers and apps that were signed in before, except where this was done, are signed out.
