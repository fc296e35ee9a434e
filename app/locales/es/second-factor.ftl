second-factor-page = Escribir tu código
second-factor-title = Escribe tu código
second-factor-text = Abre tu aplicación de autenticación y escribe el código que muestra para { $host }.
second-factor-recovery-text = Escribe uno de los códigos de recuperación que guardaste. Cada uno sirve una sola vez.
second-factor-label = Código
second-factor-hint = 6 cifras. Valen espacios y guiones.
second-factor-recovery-label = Código de recuperación
second-factor-recovery-hint = 12 letras y cifras. Los guiones y las mayúsculas dan igual.
second-factor-remember = Confiar en este navegador durante 30 días
second-factor-remember-hint = No en un ordenador compartido.
second-factor-submit = Continuar
second-factor-use-recovery = Usar un código de recuperación
second-factor-use-app = Usar tu aplicación de autenticación
second-factor-other = Iniciar sesión como otra persona
error-second-factor = Ese código no es correcto o ya se ha usado. Escribe el que se muestra ahora.
error-recovery-code = Ese código de recuperación no es correcto o ya se ha usado.
error-new-authenticator = Ese código no es correcto. Comprueba que el reloj de tu dispositivo va bien y escribe el código que se muestra ahora.
authenticator-title = Aplicación de autenticación
authenticator-none = Una aplicación en tu teléfono muestra un código que se pide después de tu contraseña. Aunque alguien sepa tu contraseña, no podrá iniciar sesión.
authenticator-since = Añadida el { $since }.
authenticator-used = Usada por última vez el { $used }.
authenticator-on = Activada
authenticator-add = Configurar aplicación de autenticación
authenticator-replace = Sustituir
authenticator-replace-more = la aplicación de autenticación
authenticator-remove = Quitar
authenticator-remove-more = la aplicación de autenticación
authenticator-scan-title = Añádela a tu aplicación
authenticator-scan = Escanea la imagen con tu aplicación de autenticación o escribe la clave en ella. Después escribe el código que muestra la aplicación.
authenticator-keep = Hasta entonces sigue funcionando la aplicación que tienes.
authenticator-picture = Código QR con la clave de abajo
authenticator-key = Clave
authenticator-confirm = Confirmar código
authenticator-cancel = Cancelar
authenticator-done-confirmed = Tu aplicación de autenticación está configurada.
authenticator-done-removed = Tu aplicación de autenticación se ha quitado. Inicias sesión solo con tu contraseña.
recovery-codes-title = Códigos de recuperación
recovery-codes-text = Si pierdes tu aplicación de autenticación, uno de estos códigos te deja entrar. Cada uno sirve una sola vez.
recovery-codes-left = Quedan { $left } códigos.
recovery-codes-few = { $left ->
    [0] No queda ningún código. Crea ahora códigos nuevos.
    [one] Solo queda un código. Crea pronto códigos nuevos.
   *[other] Solo quedan { $left } códigos. Crea pronto códigos nuevos.
  }
recovery-codes-new = Crear códigos nuevos
recovery-codes-new-text = Todos los códigos que tienes dejan de funcionar.
recovery-codes-shown = Estos códigos se muestran solo esta vez. Guárdalos en un lugar seguro donde los encuentres sin tu teléfono.
recovery-codes-of = Códigos de recuperación para { $host }
recovery-codes-copy = Copiar
recovery-codes-copied = Copiado.
recovery-codes-print = Imprimir
recovery-codes-download = Descargar
enrolment-page = Añadir un segundo factor
enrolment-title = Demuestra quién eres de una segunda forma
enrolment-app = Esta aplicación
enrolment-text = { $app } pide una segunda prueba de que eres tú. Crea una llave de acceso o configura una aplicación de autenticación; protegerá tu cuenta a partir de ahora.
enrolment-text-authenticator = { $app } pide una segunda prueba de que eres tú. Configura una aplicación de autenticación; protegerá tu cuenta a partir de ahora.
enrolment-text-passkey = { $app } pide más de lo que usaste para iniciar sesión. Usa tu llave de acceso o configura una aplicación de autenticación.
enrolment-passkey-use = Usar tu llave de acceso
enrolment-passkey-script = Las llaves de acceso necesitan JavaScript. Una aplicación de autenticación funciona sin él.
enrolment-insists = Sin ello, { $app } no te deja entrar.
enrolment-cancel = Cancelar y volver a { $app }
enrolment-later = Puedes hacerlo más tarde en «Seguridad», en tu cuenta.
enrolment-without = Continuar sin ello
enrolment-back = Elegir otra forma
enrolment-codes-title = Guarda tus códigos de recuperación
enrolment-go-on = Los he guardado, continuar
trusted-title = Navegadores de confianza
trusted-text = Aquí inicias sesión solo con tu contraseña. La confianza termina a los 30 días, con una nueva contraseña y cuando cambia tu aplicación de autenticación.
trusted-facts = desde el { $since } · último uso: { $used } · hasta el { $until }
trusted-forget = Dejar de confiar
trusted-forget-all = Dejar de confiar en todos
trusted-done = Ese navegador ya no es de confianza.
mail-second-factor-not-you = Si no has sido tú, ve a { $host }, elige «¿Has olvidado tu contraseña?», establece una nueva y revisa «Seguridad» en tu cuenta.
mail-authenticator-added-subject = Se ha añadido una aplicación de autenticación en { $host }
mail-authenticator-added-title = Se ha añadido una aplicación de autenticación
mail-authenticator-added-text = A partir de ahora, al iniciar sesión en tu cuenta en { $host } se pide un código de tu aplicación de autenticación.
mail-authenticator-replaced-subject = Se ha sustituido tu aplicación de autenticación en { $host }
mail-authenticator-replaced-title = Se ha sustituido tu aplicación de autenticación
mail-authenticator-replaced-text = Al iniciar sesión en tu cuenta en { $host } se piden ahora códigos de otra aplicación de autenticación. La anterior ya no funciona.
mail-authenticator-removed-subject = Se ha quitado tu aplicación de autenticación en { $host }
mail-authenticator-removed-title = Se ha quitado tu aplicación de autenticación
mail-authenticator-removed-text = Al iniciar sesión en tu cuenta en { $host } ya no se pide un código. Tus códigos de recuperación también han dejado de funcionar.
mail-trusted-subject = Ahora se confía en un navegador en { $host }
mail-trusted-title = Ahora se confía en un navegador
mail-trusted-text = Durante 30 días basta con tu contraseña para iniciar sesión en tu cuenta en { $host } con este navegador: { $browser }. En él no se pide un código de tu aplicación de autenticación.
mail-recovery-made-subject = Se han creado códigos de recuperación nuevos en { $host }
mail-recovery-made-title = Se han creado códigos de recuperación nuevos
mail-recovery-made-text = Se han creado códigos de recuperación nuevos para tu cuenta en { $host }. Los anteriores ya no funcionan.
mail-recovery-used-subject = Se ha usado un código de recuperación en { $host }
mail-recovery-used-title = Se ha usado un código de recuperación
mail-recovery-used-text = Alguien, probablemente tú, ha iniciado sesión en tu cuenta en { $host } con un código de recuperación. { $left ->
    [0] No queda ningún código: crea códigos nuevos en «Seguridad», en tu cuenta.
    [1] Queda un código: crea códigos nuevos en «Seguridad», en tu cuenta.
    [2] Quedan dos códigos: crea códigos nuevos en «Seguridad», en tu cuenta.
    [3] Quedan tres códigos: crea códigos nuevos en «Seguridad», en tu cuenta.
   *[other] Quedan { $left } códigos.
  }
