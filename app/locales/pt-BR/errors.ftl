error-identifier-empty = Digite seu e-mail.
error-password-empty = Digite sua senha.
error-credentials = Este e-mail ou esta senha não está certo. Tente de novo ou redefina sua senha.
error-credentials-start = Este e-mail ou esta senha não está certo.
error-credentials-again = Tente de novo
error-credentials-or = ou
error-credentials-reset = redefina sua senha
error-credentials-end = .
error-password-again = Digite sua senha mais uma vez.
error-too-many = Tentativas demais. Tente de novo em { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
  }.
error-work = Muitas solicitações vieram da sua rede. Aguarde { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
  } e aperte o botão de novo.
error-too-many-over = Agora você pode tentar de novo.
error-too-many-minutes = Tentativas demais. Tente de novo em { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
  }.
error-too-many-passkey = Tentativas demais. Tente de novo em { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
  } ou use uma chave de acesso.
error-too-many-minutes-passkey = Tentativas demais. Tente de novo em { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
  } ou use uma chave de acesso.
error-busy = O serviço está muito ocupado. Tente de novo em instantes.
error-unavailable = O serviço não consegue responder agora. Tente de novo em instantes.
error-email = Digite um endereço de e-mail, por exemplo name@example.com.
error-name = Escolha um nome de no máximo 100 caracteres, sem sinais especiais.
error-password-short = Escolha uma senha de pelo menos { $min } caracteres.
error-password-long = Escolha uma senha de no máximo 256 caracteres.
error-password-kinds = Use pelo menos { $min } destes tipos: letras minúsculas, letras maiúsculas, algarismos, outros caracteres.
error-password-common = Esta senha apareceu em um vazamento de dados. Escolha outra.
error-password-guessed = Esta senha é fácil de adivinhar. Algumas palavras sem relação são difíceis de adivinhar e fáceis de lembrar.
error-password-expired = Esta senha é antiga demais para entrar. Use “Esqueceu sua senha?” abaixo para escolher uma nova.
error-password-before = Você já teve esta senha. Escolha outra.
error-code = Esse código não funciona. Confira-o, peça um novo ou abra o link do e-mail.
error-link = Este link não funciona mais.
error-weaker = Você entrou aqui com uma chave de acesso. Use-a de novo ou saia primeiro.
error-address-code = Esse código não funciona. Confira-o ou comece de novo.
error-address-same = Este já é o endereço da sua conta.
error-asked-elsewhere = Este link foi pedido em outro navegador. Leia o que ele faz e salve de novo.
error-email-taken = Já existe uma conta com este e-mail.
error-detail = Use no máximo 100 caracteres, sem sinais especiais.
error-birthdate = Escreva a data como ano, mês e dia, por exemplo 1990-12-31, ou só o ano.
error-website = Escreva um endereço web completo, por exemplo https://example.com.
error-phone = Escreva o número com + e o código do país, por exemplo +44 20 7946 0000.
error-changed-meanwhile = Seu perfil mudou em outra janela. Confira-o e salve de novo.
error-decision = Escolha “Permitir” ou “Cancelar”.
error-device-decision = Escolha “Permitir” ou “Negar”.
error-user-code = Esse código não funciona. Confira-o no seu dispositivo ou faça o dispositivo mostrar um novo.
error-expired = Este acesso expirou. Comece de novo.
error-signed-out = Você não está mais conectado.
error-not-found = Isso não existe aqui.
