password-section-title = Mot de passe
password-section-none = Votre compte n’a pas de mot de passe. Vous vous connectez avec une clé d’accès ou un code reçu par e-mail.
password-section-since = Défini le { $since }.
password-section-ends = Un nouveau mot de passe déconnecte vos autres navigateurs et applications. Vous restez connecté ici.
password-section-short = Il est trop court pour être utilisé sans votre application d’authentification.
password-section-change = Changer le mot de passe
password-section-set = Définir un mot de passe
password-section-save = Enregistrer le nouveau mot de passe
password-section-save-first = Enregistrer le mot de passe
password-section-prove = Confirmez d’abord que c’est vous.
password-section-remove = Supprimer le mot de passe
password-section-remove-text = Vous vous connecterez alors avec une clé d’accès ou un code reçu par e-mail.
password-done-set = Votre nouveau mot de passe est enregistré. Vos autres navigateurs et applications sont déconnectés.
password-done-removed = Votre mot de passe est supprimé.
error-password-last = C’est votre seul moyen de vous connecter. Créez d’abord une clé d’accès.
error-password-needs-factor = Votre mot de passe est trop court pour être utilisé seul. Choisissez-en un d’au moins { $min } caractères, puis supprimez l’application.
new-password-hint-kinds = Au moins { $min } caractères : minuscules, majuscules, chiffres et autres caractères.
new-password-hint-some-kinds = Au moins { $min } caractères, et { $kinds } de ces types : minuscules, majuscules, chiffres, autres caractères.
new-password-hint-history = Aucun de vos { $history } derniers mots de passe.
new-password-hint-age = Il est valable { $days } jours.
strength-short = Trop court. { $left ->
    [one] Il manque { $left } caractère.
   *[other] Il manque { $left } caractères.
 }
strength-refused = Faible. { $why }
strength-good = Bon. Un mot de plus, sans rapport, le rendrait excellent.
strength-excellent = Excellent. Il est très difficile à deviner.
mail-no-password-subject = Le mot de passe de votre compte sur { $host } a été supprimé
mail-no-password-preview = Si ce n’était pas vous, vérifiez votre compte maintenant.
mail-no-password-title = Votre mot de passe a été supprimé
mail-no-password-text = Votre compte sur { $host } n’a plus de mot de passe ; vous vous connectez avec une clé d’accès ou un code reçu par e-mail. Les navigateurs et applications qui étaient connectés sont déconnectés, sauf là où le changement a été fait.
