error-identifier-empty = Enter your email.
error-password-empty = Enter your password.
error-credentials = That email or password isn't right. Try again or reset your password.
error-credentials-start = That email or password isn't right.
error-credentials-again = Try again
error-credentials-or = or
error-credentials-reset = reset your password
error-credentials-end = .
error-password-again = Enter your password again.
error-too-many = Too many attempts. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }.
error-work = Many requests came from your network. Please wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  } and press the button again.
error-too-many-over = You can try again now.
error-too-many-minutes = Too many attempts. Try again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }.
error-too-many-passkey = Too many attempts. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }, or use a passkey.
error-too-many-minutes-passkey = Too many attempts. Try again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }, or use a passkey.
error-busy = The service is very busy. Try again in a moment.
error-unavailable = The service cannot answer right now. Try again in a moment.
error-email = Enter an email address like name@example.com.
error-name = Choose a name of at most 100 characters, without special signs.
error-password-short = Choose a password of at least { $min } characters.
error-password-long = Choose a password of at most 256 characters.
error-password-kinds = Use at least { $min } of these: small letters, capital letters, digits, other characters.
error-password-common = This password appeared in a data leak. Choose another.
error-password-guessed = This password is easily guessed. A few unrelated words are hard to guess and easy to remember.
error-password-expired = This password is too old to sign in with. Use “Forgot your password?” below to choose a new one.
error-password-before = You had this password before. Choose another.
error-code = That code doesn't work. Check it, send a new one, or open the link in the mail.
error-link = This link doesn't work any more.
error-weaker = You signed in here with a passkey. Use it again, or sign out first.
error-address-code = That code doesn't work. Check it, or start again.
error-address-same = This is the address of your account already.
error-asked-elsewhere = This link was asked for in another browser. Read what it does, then save again.
error-email-taken = There is an account with this email already.
error-detail = Use at most 100 characters, without special signs.
error-birthdate = Write the date as year, month and day, like 1990-12-31, or the year alone.
error-website = Write a whole web address, like https://example.com.
error-phone = Write the number with + and the country, like +44 20 7946 0000.
error-changed-meanwhile = Your profile changed in another window. Check it and save again.
error-decision = Choose Allow or Cancel.
error-device-decision = Choose Allow or Deny.
error-user-code = That code doesn't work. Check it on your device, or let the device show a new one.
error-expired = This sign-in expired. Start again.
error-signed-out = You are no longer signed in.
error-not-found = There is no such thing here.
