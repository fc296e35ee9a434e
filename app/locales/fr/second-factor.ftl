second-factor-page = Saisir votre code
second-factor-title = Saisissez votre code
second-factor-text = Ouvrez votre application d’authentification et saisissez le code qu’elle affiche pour { $host }.
second-factor-recovery-text = Saisissez l’un des codes de récupération que vous avez conservés. Chacun ne fonctionne qu’une fois.
second-factor-label = Code
second-factor-hint = 6 chiffres. Les espaces et les tirets conviennent.
second-factor-recovery-label = Code de récupération
second-factor-recovery-hint = 12 lettres et chiffres. Les tirets et les majuscules n’ont pas d’importance.
second-factor-remember = Faire confiance à ce navigateur pendant 30 jours
second-factor-remember-hint = Pas sur un ordinateur partagé.
second-factor-submit = Continuer
second-factor-use-recovery = Utiliser un code de récupération
second-factor-use-app = Utiliser votre application d’authentification
second-factor-other = Se connecter en tant qu’une autre personne
error-second-factor = Ce code n’est pas correct ou a déjà été utilisé. Saisissez celui qui est affiché maintenant.
error-recovery-code = Ce code de récupération n’est pas correct ou a déjà été utilisé.
error-new-authenticator = Ce code n’est pas correct. Vérifiez que l’horloge de votre appareil est à l’heure, puis saisissez le code affiché maintenant.
authenticator-title = Application d’authentification
authenticator-none = Une application sur votre téléphone affiche un code qui vous est demandé après votre mot de passe. Même si quelqu’un apprend votre mot de passe, cette personne ne peut pas se connecter.
authenticator-since = Ajoutée le { $since }.
authenticator-used = Utilisée pour la dernière fois le { $used }.
authenticator-on = Activée
authenticator-add = Configurer une application d’authentification
authenticator-replace = Remplacer
authenticator-replace-more = l’application d’authentification
authenticator-remove = Supprimer
authenticator-remove-more = l’application d’authentification
authenticator-scan-title = Ajoutez-la à votre application
authenticator-scan = Scannez l’image avec votre application d’authentification, ou saisissez-y la clé. Saisissez ensuite le code que l’application affiche.
authenticator-keep = L’application que vous avez fonctionne jusque-là.
authenticator-picture = Code QR contenant la clé ci-dessous
authenticator-key = Clé
authenticator-confirm = Confirmer le code
authenticator-cancel = Annuler
authenticator-done-confirmed = Votre application d’authentification est configurée.
authenticator-done-removed = Votre application d’authentification est supprimée. Votre mot de passe seul suffit pour vous connecter.
recovery-codes-title = Codes de récupération
recovery-codes-text = Si vous perdez votre application d’authentification, l’un de ces codes vous permet d’entrer. Chacun ne fonctionne qu’une fois.
recovery-codes-left = Il reste { $left } codes.
recovery-codes-few = { $left ->
    [0] Il ne reste aucun code. Créez-en de nouveaux maintenant.
    [one] Il ne reste qu’un code. Créez-en bientôt de nouveaux.
   *[other] Il ne reste que { $left } codes. Créez-en bientôt de nouveaux.
  }
recovery-codes-new = Créer de nouveaux codes
recovery-codes-new-text = Tous les codes que vous avez cessent de fonctionner.
recovery-codes-shown = Ces codes ne sont affichés que cette fois-ci. Gardez-les en lieu sûr, là où vous les trouverez sans votre téléphone.
recovery-codes-of = Codes de récupération pour { $host }
recovery-codes-copy = Copier
recovery-codes-copied = Copié.
recovery-codes-print = Imprimer
recovery-codes-download = Télécharger
enrolment-page = Ajouter un second facteur
enrolment-title = Prouvez votre identité d’une seconde façon
enrolment-app = Cette application
enrolment-text = { $app } demande une seconde preuve que c’est bien vous. Créez une clé d’accès ou configurez une application d’authentification ; elle protégera votre compte désormais.
enrolment-text-authenticator = { $app } demande une seconde preuve que c’est bien vous. Configurez une application d’authentification ; elle protégera votre compte désormais.
enrolment-text-passkey = { $app } demande plus que ce avec quoi vous vous êtes connecté. Utilisez votre clé d’accès ou configurez une application d’authentification.
enrolment-passkey-use = Utiliser votre clé d’accès
enrolment-passkey-script = Les clés d’accès ont besoin de JavaScript. Une application d’authentification fonctionne sans.
enrolment-insists = Sans cela, { $app } ne vous laisse pas entrer.
enrolment-cancel = Annuler et revenir à { $app }
enrolment-later = Vous pouvez le faire plus tard sous « Sécurité » dans votre compte.
enrolment-without = Continuer sans
enrolment-back = Choisir un autre moyen
enrolment-codes-title = Conservez vos codes de récupération
enrolment-go-on = Je les ai conservés, continuer
trusted-title = Navigateurs de confiance
trusted-text = Ici, votre mot de passe seul suffit pour vous connecter. La confiance prend fin après 30 jours, avec un nouveau mot de passe et lorsque votre application d’authentification change.
trusted-facts = depuis le { $since } · dernière utilisation le { $used } · jusqu’au { $until }
trusted-forget = Ne plus faire confiance
trusted-forget-all = Ne plus faire confiance à aucun
trusted-done = Ce navigateur n’est plus de confiance.
mail-second-factor-not-you = Si ce n’était pas vous, allez sur { $host }, choisissez « Mot de passe oublié ? », définissez-en un nouveau et vérifiez « Sécurité » dans votre compte.
mail-authenticator-added-subject = Une application d’authentification a été ajoutée sur { $host }
mail-authenticator-added-title = Une application d’authentification a été ajoutée
mail-authenticator-added-text = Désormais, la connexion à votre compte sur { $host } demande un code de votre application d’authentification.
mail-authenticator-replaced-subject = Votre application d’authentification sur { $host } a été remplacée
mail-authenticator-replaced-title = Votre application d’authentification a été remplacée
mail-authenticator-replaced-text = La connexion à votre compte sur { $host } demande maintenant les codes d’une autre application d’authentification. La précédente ne fonctionne plus.
mail-authenticator-removed-subject = Votre application d’authentification sur { $host } a été supprimée
mail-authenticator-removed-title = Votre application d’authentification a été supprimée
mail-authenticator-removed-text = La connexion à votre compte sur { $host } ne demande plus de code. Vos codes de récupération ne fonctionnent plus non plus.
mail-trusted-subject = Un navigateur est désormais de confiance sur { $host }
mail-trusted-title = Un navigateur est désormais de confiance
mail-trusted-text = Pendant 30 jours, votre mot de passe seul suffit pour vous connecter à votre compte sur { $host } dans ce navigateur : { $browser }. Aucun code de votre application d’authentification n’y est demandé.
mail-recovery-made-subject = De nouveaux codes de récupération ont été créés sur { $host }
mail-recovery-made-title = De nouveaux codes de récupération ont été créés
mail-recovery-made-text = De nouveaux codes de récupération ont été créés pour votre compte sur { $host }. Les anciens ne fonctionnent plus.
mail-recovery-used-subject = Un code de récupération a été utilisé sur { $host }
mail-recovery-used-title = Un code de récupération a été utilisé
mail-recovery-used-text = Quelqu’un, probablement vous, s’est connecté à votre compte sur { $host } avec un code de récupération. { $left ->
    [0] Il ne reste aucun code : créez-en de nouveaux sous « Sécurité » dans votre compte.
    [1] Il reste un code : créez-en de nouveaux sous « Sécurité » dans votre compte.
    [2] Il reste deux codes : créez-en de nouveaux sous « Sécurité » dans votre compte.
    [3] Il reste trois codes : créez-en de nouveaux sous « Sécurité » dans votre compte.
   *[other] Il reste { $left } codes.
  }
