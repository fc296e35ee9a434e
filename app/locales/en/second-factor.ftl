second-factor-page = Enter your code
second-factor-title = Enter your code
second-factor-text = Open your authenticator app and type the code it shows for { $host }.
second-factor-recovery-text = Type one of the recovery codes you kept. Each works once.
second-factor-label = Code
second-factor-hint = 6 digits. Spaces and dashes are fine.
second-factor-recovery-label = Recovery code
second-factor-recovery-hint = 12 letters and digits. Dashes and capitals do not matter.
second-factor-remember = Trust this browser for 30 days
second-factor-remember-hint = Not on a shared computer.
second-factor-submit = Continue
second-factor-use-recovery = Use a recovery code
second-factor-use-app = Use your authenticator app
second-factor-other = Sign in as somebody else
error-second-factor = That code isn't right, or it was used already. Type the one shown now.
error-recovery-code = That recovery code isn't right, or it was used already.
error-new-authenticator = That code isn't right. Check that your device's clock is right, and type the code shown now.
authenticator-title = Authenticator app
authenticator-none = An app on your phone shows a code that is asked for after your password. Whoever learns your password still cannot sign in.
authenticator-since = Added { $since }.
authenticator-used = Last used { $used }.
authenticator-on = On
authenticator-add = Set up authenticator app
authenticator-replace = Replace
authenticator-replace-more = authenticator app
authenticator-remove = Remove
authenticator-remove-more = authenticator app
authenticator-scan-title = Add it to your app
authenticator-scan = Scan the picture with your authenticator app, or type the key into it. Then type the code that the app shows.
authenticator-keep = The app you have works until then.
authenticator-picture = QR code with the key below
authenticator-key = Key
authenticator-confirm = Confirm code
authenticator-cancel = Cancel
authenticator-done-confirmed = Your authenticator app is set up.
authenticator-done-removed = Your authenticator app is removed. Your password alone signs you in.
recovery-codes-title = Recovery codes
recovery-codes-text = If you lose your authenticator app, one of these codes lets you in. Each works once.
recovery-codes-left = { $left } codes are left.
recovery-codes-few = { $left ->
    [0] No code is left. Make new ones now.
    [one] Only one code is left. Make new ones soon.
   *[other] Only { $left } codes are left. Make new ones soon.
  }
recovery-codes-new = Make new codes
recovery-codes-new-text = All codes you have stop working.
recovery-codes-shown = These codes are shown this once. Keep them safe, where you find them without your phone.
recovery-codes-of = Recovery codes for { $host }
recovery-codes-copy = Copy
recovery-codes-copied = Copied.
recovery-codes-print = Print
recovery-codes-download = Download
enrolment-page = Add a second factor
enrolment-title = Prove it in a second way
enrolment-app = This app
enrolment-text = { $app } asks for a second proof that it's you. Create a passkey or set up an authenticator app; it guards your account from now on.
enrolment-text-authenticator = { $app } asks for a second proof that it's you. Set up an authenticator app; it guards your account from now on.
enrolment-text-passkey = { $app } asks for more than what you signed in with. Use your passkey, or set up an authenticator app.
enrolment-passkey-use = Use your passkey
enrolment-passkey-script = Passkeys need JavaScript. An authenticator app works without it.
enrolment-insists = Without it, { $app } does not let you in.
enrolment-cancel = Cancel and go back to { $app }
enrolment-later = You can do this later under Security in your account.
enrolment-without = Go on without
enrolment-back = Choose another way
enrolment-codes-title = Keep your recovery codes
enrolment-go-on = I kept them, go on
trusted-title = Trusted browsers
trusted-text = Here your password alone signs you in. Trust ends after 30 days, with a new password, and when your authenticator app changes.
trusted-facts = since { $since } · last used { $used } · until { $until }
trusted-forget = Stop trusting
trusted-forget-all = Stop trusting all
trusted-done = That browser is no longer trusted.
mail-second-factor-not-you = If it was not you, go to { $host }, choose “Forgot your password?”, set a new one, and check Security in your account.
mail-authenticator-added-subject = An authenticator app was added at { $host }
mail-authenticator-added-title = An authenticator app was added
mail-authenticator-added-text = From now on signing in to your account at { $host } asks for a code of your authenticator app.
mail-authenticator-replaced-subject = Your authenticator app at { $host } was replaced
mail-authenticator-replaced-title = Your authenticator app was replaced
mail-authenticator-replaced-text = Signing in to your account at { $host } asks for codes of another authenticator app now. The one before no longer works.
mail-authenticator-removed-subject = Your authenticator app at { $host } was removed
mail-authenticator-removed-title = Your authenticator app was removed
mail-authenticator-removed-text = Signing in to your account at { $host } no longer asks for a code. Your recovery codes stopped working too.
mail-trusted-subject = A browser is now trusted at { $host }
mail-trusted-title = A browser is now trusted
mail-trusted-text = For 30 days your password alone signs you in to your account at { $host } in this browser: { $browser }. No code from your authenticator app is asked for there.
mail-recovery-made-subject = New recovery codes were made at { $host }
mail-recovery-made-title = New recovery codes were made
mail-recovery-made-text = New recovery codes were made for your account at { $host }. Older ones no longer work.
mail-recovery-used-subject = A recovery code was used at { $host }
mail-recovery-used-title = A recovery code was used
mail-recovery-used-text = Somebody, probably you, signed in to your account at { $host } with a recovery code. { $left ->
    [0] No code is left: make new ones under Security in your account.
    [1] One code is left: make new ones under Security in your account.
    [2] Two codes are left: make new ones under Security in your account.
    [3] Three codes are left: make new ones under Security in your account.
   *[other] { $left } codes are left.
  }
