error-identifier-empty = Escribe tu dirección de correo.
error-password-empty = Escribe tu contraseña.
error-credentials = La dirección de correo o la contraseña no es correcta. Inténtalo de nuevo o restablece tu contraseña.
error-credentials-start = La dirección de correo o la contraseña no es correcta.
error-credentials-again = Inténtalo de nuevo
error-credentials-or = o
error-credentials-reset = restablece tu contraseña
error-credentials-end = .
error-password-again = Vuelve a escribir tu contraseña.
error-too-many = Demasiados intentos. Inténtalo de nuevo en { $seconds ->
    [one] un segundo
   *[other] { $seconds } segundos
  }.
error-work = Han llegado muchas solicitudes desde tu red. Espera { $seconds ->
    [one] un segundo
   *[other] { $seconds } segundos
  } y vuelve a pulsar el botón.
error-too-many-over = Ya puedes intentarlo de nuevo.
error-too-many-minutes = Demasiados intentos. Inténtalo de nuevo en { $minutes ->
    [one] un minuto
   *[other] { $minutes } minutos
  }.
error-too-many-passkey = Demasiados intentos. Inténtalo de nuevo en { $seconds ->
    [one] un segundo
   *[other] { $seconds } segundos
  } o usa una llave de acceso.
error-too-many-minutes-passkey = Demasiados intentos. Inténtalo de nuevo en { $minutes ->
    [one] un minuto
   *[other] { $minutes } minutos
  } o usa una llave de acceso.
error-busy = El servicio está muy ocupado. Inténtalo de nuevo en un momento.
error-unavailable = El servicio no puede responder ahora mismo. Inténtalo de nuevo en un momento.
error-email = Escribe una dirección de correo, por ejemplo name@example.com.
error-name = Elige un nombre de 100 caracteres como máximo, sin signos especiales.
error-password-short = Elige una contraseña de al menos { $min } caracteres.
error-password-long = Elige una contraseña de 256 caracteres como máximo.
error-password-kinds = Usa al menos { $min } de estos tipos: minúsculas, mayúsculas, cifras, otros caracteres.
error-password-common = Esta contraseña apareció en una filtración de datos. Elige otra.
error-password-guessed = Esta contraseña es fácil de adivinar. Unas cuantas palabras sin relación son difíciles de adivinar y fáciles de recordar.
error-password-expired = Esta contraseña es demasiado antigua para iniciar sesión. Usa «¿Has olvidado tu contraseña?» más abajo para elegir una nueva.
error-password-before = Ya tuviste esta contraseña. Elige otra.
error-code = Ese código no funciona. Compruébalo, pide uno nuevo o abre el enlace del correo.
error-link = Este enlace ya no funciona.
error-weaker = Aquí iniciaste sesión con una llave de acceso. Úsala de nuevo o cierra antes la sesión.
error-address-code = Ese código no funciona. Compruébalo o empieza de nuevo.
error-address-same = Esta ya es la dirección de tu cuenta.
error-asked-elsewhere = Este enlace se pidió en otro navegador. Lee qué hace y guarda de nuevo.
error-email-taken = Ya existe una cuenta con esta dirección de correo.
error-detail = Usa 100 caracteres como máximo, sin signos especiales.
error-birthdate = Escribe la fecha como año, mes y día, por ejemplo 1990-12-31, o solo el año.
error-website = Escribe una dirección web completa, por ejemplo https://example.com.
error-phone = Escribe el número con + y el prefijo del país, por ejemplo +44 20 7946 0000.
error-changed-meanwhile = Tu perfil ha cambiado en otra ventana. Compruébalo y guarda de nuevo.
error-decision = Elige «Permitir» o «Cancelar».
error-device-decision = Elige «Permitir» o «Denegar».
error-user-code = Ese código no funciona. Compruébalo en tu dispositivo o haz que muestre uno nuevo.
error-expired = Este inicio de sesión ha caducado. Empieza de nuevo.
error-signed-out = Ya no tienes la sesión iniciada.
error-not-found = Aquí no existe eso.
