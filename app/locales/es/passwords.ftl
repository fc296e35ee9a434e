password-section-title = Contraseña
password-section-none = Tu cuenta no tiene contraseña. Inicias sesión con una llave de acceso o con un código del correo.
password-section-since = Establecida el { $since }.
password-section-ends = Una nueva contraseña cierra la sesión en tus otros navegadores y aplicaciones. Aquí sigues con la sesión iniciada.
password-section-short = Es demasiado corta para usarla sin tu aplicación de autenticación.
password-section-change = Cambiar contraseña
password-section-set = Establecer una contraseña
password-section-save = Guardar nueva contraseña
password-section-save-first = Guardar contraseña
password-section-prove = Confirma antes que eres tú.
password-section-remove = Quitar contraseña
password-section-remove-text = Entonces iniciarás sesión con una llave de acceso o con un código del correo.
password-done-set = Tu nueva contraseña se ha guardado. Se ha cerrado la sesión en tus otros navegadores y aplicaciones.
password-done-removed = Tu contraseña se ha quitado.
error-password-last = Es tu única forma de iniciar sesión. Crea antes una llave de acceso.
error-password-needs-factor = Tu contraseña es demasiado corta para usarla sola. Elige una de al menos { $min } caracteres y después quita la aplicación.
new-password-hint-kinds = Al menos { $min } caracteres: minúsculas, mayúsculas, cifras y otros caracteres.
new-password-hint-some-kinds = Al menos { $min } caracteres y { $kinds } de estos tipos: minúsculas, mayúsculas, cifras, otros caracteres.
new-password-hint-history = Ninguna de tus últimas { $history } contraseñas.
new-password-hint-age = Vale durante { $days } días.
strength-short = Demasiado corta. { $left ->
    [one] Falta un carácter.
   *[other] Faltan { $left } caracteres.
 }
strength-refused = Débil. { $why }
strength-good = Buena. Con una palabra más, sin relación, sería excelente.
strength-excellent = Excelente. Es muy difícil de adivinar.
mail-no-password-subject = Se ha quitado la contraseña de tu cuenta en { $host }
mail-no-password-preview = Si no has sido tú, revisa tu cuenta ahora.
mail-no-password-title = Se ha quitado tu contraseña
mail-no-password-text = Tu cuenta en { $host } ya no tiene contraseña; inicias sesión con una llave de acceso o con un código del correo. Se ha cerrado la sesión en los navegadores y aplicaciones que la tenían iniciada, salvo donde se hizo el cambio.
