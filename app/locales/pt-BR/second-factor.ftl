second-factor-page = Digitar seu código
second-factor-title = Digite seu código
second-factor-text = Abra seu app autenticador e digite o código que ele mostra para { $host }.
second-factor-recovery-text = Digite um dos códigos de recuperação que você guardou. Cada um funciona uma vez.
second-factor-label = Código
second-factor-hint = 6 algarismos. Espaços e hifens são aceitos.
second-factor-recovery-label = Código de recuperação
second-factor-recovery-hint = 12 letras e algarismos. Hifens e maiúsculas não fazem diferença.
second-factor-remember = Confiar neste navegador por 30 dias
second-factor-remember-hint = Não em um computador compartilhado.
second-factor-submit = Continuar
second-factor-use-recovery = Usar um código de recuperação
second-factor-use-app = Usar seu app autenticador
second-factor-other = Entrar como outra pessoa
error-second-factor = Esse código não está certo ou já foi usado. Digite o que aparece agora.
error-recovery-code = Esse código de recuperação não está certo ou já foi usado.
error-new-authenticator = Esse código não está certo. Confira se o relógio do seu dispositivo está certo e digite o código que aparece agora.
authenticator-title = App autenticador
authenticator-none = Um app no seu celular mostra um código que é pedido depois da sua senha. Quem descobrir sua senha ainda assim não consegue entrar.
authenticator-since = Adicionado em { $since }.
authenticator-used = Usado pela última vez em { $used }.
authenticator-on = Ativado
authenticator-add = Configurar app autenticador
authenticator-replace = Substituir
authenticator-replace-more = app autenticador
authenticator-remove = Remover
authenticator-remove-more = app autenticador
authenticator-scan-title = Adicione ao seu app
authenticator-scan = Escaneie a imagem com seu app autenticador ou digite a chave nele. Depois digite o código que o app mostra.
authenticator-keep = O app que você tem funciona até lá.
authenticator-picture = Código QR com a chave abaixo
authenticator-key = Chave
authenticator-confirm = Confirmar código
authenticator-cancel = Cancelar
authenticator-done-confirmed = Seu app autenticador está configurado.
authenticator-done-removed = Seu app autenticador foi removido. Você entra só com sua senha.
recovery-codes-title = Códigos de recuperação
recovery-codes-text = Se você perder seu app autenticador, um destes códigos deixa você entrar. Cada um funciona uma vez.
recovery-codes-left = Restam { $left } códigos.
recovery-codes-few = { $left ->
    [0] Não resta nenhum código. Crie novos agora.
    [one] Resta só um código. Crie novos em breve.
   *[other] Restam só { $left } códigos. Crie novos em breve.
  }
recovery-codes-new = Criar novos códigos
recovery-codes-new-text = Todos os códigos que você tem param de funcionar.
recovery-codes-shown = Estes códigos são mostrados só desta vez. Guarde-os em segurança, onde você os encontre sem o celular.
recovery-codes-of = Códigos de recuperação para { $host }
recovery-codes-copy = Copiar
recovery-codes-copied = Copiado.
recovery-codes-print = Imprimir
recovery-codes-download = Baixar
enrolment-page = Adicionar um segundo fator
enrolment-title = Prove de um segundo modo que é você
enrolment-app = Este app
enrolment-text = { $app } pede uma segunda prova de que é você. Crie uma chave de acesso ou configure um app autenticador; isso protege sua conta de agora em diante.
enrolment-text-authenticator = { $app } pede uma segunda prova de que é você. Configure um app autenticador; ele protege sua conta de agora em diante.
enrolment-text-passkey = { $app } pede mais do que aquilo com que você entrou. Use sua chave de acesso ou configure um app autenticador.
enrolment-passkey-use = Usar sua chave de acesso
enrolment-passkey-script = As chaves de acesso precisam de JavaScript. Um app autenticador funciona sem ele.
enrolment-insists = Sem isso, { $app } não deixa você entrar.
enrolment-cancel = Cancelar e voltar para { $app }
enrolment-later = Você pode fazer isso depois em “Segurança”, na sua conta.
enrolment-without = Continuar sem isso
enrolment-back = Escolher outro modo
enrolment-codes-title = Guarde seus códigos de recuperação
enrolment-go-on = Já os guardei, continuar
trusted-title = Navegadores confiáveis
trusted-text = Aqui você entra só com sua senha. A confiança termina depois de 30 dias, com uma nova senha e quando seu app autenticador muda.
trusted-facts = desde { $since } · usado pela última vez em { $used } · até { $until }
trusted-forget = Deixar de confiar
trusted-forget-all = Deixar de confiar em todos
trusted-done = Esse navegador não é mais confiável.
mail-second-factor-not-you = Se não foi você, vá para { $host }, escolha “Esqueceu sua senha?”, defina uma nova e confira “Segurança” na sua conta.
mail-authenticator-added-subject = Um app autenticador foi adicionado em { $host }
mail-authenticator-added-title = Um app autenticador foi adicionado
mail-authenticator-added-text = De agora em diante, entrar na sua conta em { $host } pede um código do seu app autenticador.
mail-authenticator-replaced-subject = Seu app autenticador em { $host } foi substituído
mail-authenticator-replaced-title = Seu app autenticador foi substituído
mail-authenticator-replaced-text = Entrar na sua conta em { $host } agora pede códigos de outro app autenticador. O anterior não funciona mais.
mail-authenticator-removed-subject = Seu app autenticador em { $host } foi removido
mail-authenticator-removed-title = Seu app autenticador foi removido
mail-authenticator-removed-text = Entrar na sua conta em { $host } não pede mais um código. Seus códigos de recuperação também pararam de funcionar.
mail-trusted-subject = Agora um navegador é confiável em { $host }
mail-trusted-title = Agora um navegador é confiável
mail-trusted-text = Por 30 dias, sua senha basta para entrar na sua conta em { $host } neste navegador: { $browser }. Nele, nenhum código do seu app autenticador é pedido.
mail-recovery-made-subject = Novos códigos de recuperação foram criados em { $host }
mail-recovery-made-title = Novos códigos de recuperação foram criados
mail-recovery-made-text = Novos códigos de recuperação foram criados para sua conta em { $host }. Os anteriores não funcionam mais.
mail-recovery-used-subject = Um código de recuperação foi usado em { $host }
mail-recovery-used-title = Um código de recuperação foi usado
mail-recovery-used-text = Alguém, provavelmente você, entrou na sua conta em { $host } com um código de recuperação. { $left ->
    [0] Não resta nenhum código: crie novos em “Segurança”, na sua conta.
    [1] Resta um código: crie novos em “Segurança”, na sua conta.
    [2] Restam dois códigos: crie novos em “Segurança”, na sua conta.
    [3] Restam três códigos: crie novos em “Segurança”, na sua conta.
   *[other] Restam { $left } códigos.
  }
