error-identifier-empty = Saisissez votre adresse e-mail.
error-password-empty = Saisissez votre mot de passe.
error-credentials = Cette adresse e-mail ou ce mot de passe n’est pas correct. Réessayez ou réinitialisez votre mot de passe.
error-credentials-start = Cette adresse e-mail ou ce mot de passe n’est pas correct.
error-credentials-again = Réessayez
error-credentials-or = ou
error-credentials-reset = réinitialisez votre mot de passe
error-credentials-end = .
error-password-again = Saisissez de nouveau votre mot de passe.
error-too-many = Trop de tentatives. Réessayez dans { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
  }.
error-work = De nombreuses demandes sont venues de votre réseau. Veuillez attendre { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
  }, puis appuyez de nouveau sur le bouton.
error-too-many-over = Vous pouvez réessayer maintenant.
error-too-many-minutes = Trop de tentatives. Réessayez dans { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
  }.
error-too-many-passkey = Trop de tentatives. Réessayez dans { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
  } ou utilisez une clé d’accès.
error-too-many-minutes-passkey = Trop de tentatives. Réessayez dans { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
  } ou utilisez une clé d’accès.
error-busy = Le service est très sollicité. Réessayez dans un instant.
error-unavailable = Le service ne peut pas répondre pour le moment. Réessayez dans un instant.
error-email = Saisissez une adresse e-mail, par exemple name@example.com.
error-name = Choisissez un nom de 100 caractères au maximum, sans signes spéciaux.
error-password-short = Choisissez un mot de passe d’au moins { $min } caractères.
error-password-long = Choisissez un mot de passe de 256 caractères au maximum.
error-password-kinds = Utilisez au moins { $min } de ces types : minuscules, majuscules, chiffres, autres caractères.
error-password-common = Ce mot de passe figure dans une fuite de données. Choisissez-en un autre.
error-password-guessed = Ce mot de passe est facile à deviner. Quelques mots sans rapport entre eux sont difficiles à deviner et faciles à retenir.
error-password-expired = Ce mot de passe est trop ancien pour se connecter. Choisissez-en un nouveau avec « Mot de passe oublié ? » ci-dessous.
error-password-before = Vous avez déjà utilisé ce mot de passe. Choisissez-en un autre.
error-code = Ce code ne fonctionne pas. Vérifiez-le, demandez-en un nouveau ou ouvrez le lien contenu dans l’e-mail.
error-link = Ce lien ne fonctionne plus.
error-weaker = Vous vous êtes connecté ici avec une clé d’accès. Utilisez-la de nouveau ou déconnectez-vous d’abord.
error-address-code = Ce code ne fonctionne pas. Vérifiez-le ou recommencez.
error-address-same = C’est déjà l’adresse de votre compte.
error-asked-elsewhere = Ce lien a été demandé dans un autre navigateur. Lisez ce qu’il fait, puis enregistrez de nouveau.
error-email-taken = Il existe déjà un compte avec cette adresse e-mail.
error-detail = Utilisez 100 caractères au maximum, sans signes spéciaux.
error-birthdate = Indiquez l’année, le mois et le jour, par exemple 1990-12-31, ou l’année seule.
error-website = Indiquez une adresse web complète, par exemple https://example.com.
error-phone = Indiquez le numéro avec + et l’indicatif du pays, par exemple +44 20 7946 0000.
error-changed-meanwhile = Votre profil a été modifié dans une autre fenêtre. Vérifiez-le et enregistrez de nouveau.
error-decision = Choisissez « Autoriser » ou « Annuler ».
error-device-decision = Choisissez « Autoriser » ou « Refuser ».
error-user-code = Ce code ne fonctionne pas. Vérifiez-le sur votre appareil ou laissez l’appareil en afficher un nouveau.
error-expired = Cette connexion a expiré. Recommencez.
error-signed-out = Vous n’êtes plus connecté.
error-not-found = Il n’y a rien de tel ici.
